# The commands of this project; `make help` lists them. The work is CMake's.
SHELL := /bin/bash
BUILD := build/release

# As many compilers as there are cores, but at most one per 2 GB of memory.
JOBS ?= $(shell awk -v cores="$$(nproc)" '/^MemAvailable/ { most = int($$2 / 2000000) } \
  END { jobs = most < cores ? most : cores; print jobs < 1 ? 1 : jobs }' /proc/meminfo)

.DEFAULT_GOAL := help
.PHONY: start run test build bench clean help configure crash fuzz asan tsan sim

run: build ## build, then start a demonstration city; PORT=N chooses the port; Ctrl-C stops it
	@exec tools/run

test: ## build everything and run every test
	@tools/setup --test
	@cmake --preset release --log-level=WARNING >/dev/null
	@cmake --build $(BUILD) -j $(JOBS)
	@ctest --test-dir $(BUILD) --output-on-failure -j2

build: configure ## the server as build/release/fief, and the web application beside it
	@cmake --build $(BUILD) -j $(JOBS) --target fief_server web

bench: build ## every benchmark beside its baseline, as a table
	@exec bench/run --build $(BUILD) --jobs $(JOBS)

start: build ## how long a start takes with a million tiles; ARGS=--help for more
	@exec bench/start $(ARGS)

sim: configure ## simulated worlds under faults: SEEDS=100000 for a night, FROM=N to start at
	@cmake --build $(BUILD) -j $(JOBS) --target fief_sim
	@exec $(BUILD)/fief_sim --from $(or $(FROM),1) --seeds $(or $(SEEDS),2000) --jobs $$(nproc)

crash: build ## the server under kill -9: KILLS=50, SEED=N to replay, ARGS=--help for more
	@exec /usr/bin/python3 tests/crash/crash.py --kills $(or $(KILLS),50) $(if $(SEED),--seed $(SEED)) $(ARGS)

fuzz: ## every fuzz target for FUZZ_SECONDS=60 each; TARGETS="json rest" for some (installs clang)
	@tools/setup --fuzz
	@cmake --preset fuzz --log-level=WARNING >/dev/null
	@cmake --build --preset fuzz -j $(JOBS)
	@exec tests/fuzz/run.py --seconds $(or $(FUZZ_SECONDS),60) --jobs $(JOBS) $(TARGETS)

asan: ## build with asan and ubsan, and run every test
	@tools/setup --test
	@cmake --preset asan --log-level=WARNING >/dev/null
	@cmake --build --preset asan -j $(JOBS)
	@ctest --preset asan

tsan: ## build with tsan what runs no CAF threads, and run its tests
	@tools/setup
	@cmake --preset tsan --log-level=WARNING >/dev/null
	@cmake --build --preset tsan -j $(JOBS)
	@ctest --preset tsan

clean: ## remove the build, keep the data in var/
	@rm -rf build

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

configure:
	@tools/setup
	@cmake --preset release --log-level=WARNING >/dev/null
