module checksig

go 1.26.5
