module checksig/bench/listing

go 1.26.5
