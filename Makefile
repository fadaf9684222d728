# The commands of this project; `make help` lists them. The work is CMake's.
SHELL := /bin/bash
BUILD := build/release

# As many compilers as there are cores, but at most one per 2 GB of memory.
JOBS ?= $(shell awk -v cores="$$(nproc)" '/^MemAvailable/ { most = int($$2 / 2000000) } \
  END { jobs = most < cores ? most : cores; print jobs < 1 ? 1 : jobs }' /proc/meminfo)

.DEFAULT_GOAL := help
.PHONY: run test build bench clean help configure

run: build ## build, then start a demonstration city; PORT=N chooses the port; Ctrl-C stops it
	@exec tools/run

test: configure ## build everything and run every test
	@cmake --build $(BUILD) -j $(JOBS)
	@ctest --test-dir $(BUILD) --output-on-failure -j2

build: configure ## the server alone, as build/release/fief
	@cmake --build $(BUILD) -j $(JOBS) --target fief_server

bench: build ## every benchmark beside its baseline, as a table
	@exec bench/run --build $(BUILD) --jobs $(JOBS)

clean: ## remove the build, keep the data in var/
	@rm -rf build

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

configure:
	@tools/setup
	@cmake --preset release --log-level=WARNING >/dev/null
