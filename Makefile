# kuayu: `make run` and `make test` are all a fresh machine needs; the rest is for people who work on it.
SHELL := /bin/bash
ARGS ?=
SWIFT_FLAGS := -c release --explicit-target-dependency-import-check error
BIN := .build/release

.PHONY: run test build packages bench sim lint check-all soak room clean

## run: install what is missing, build, run the demo (ARGS=--once ends it when every ledger agrees)
run: build
	$(BIN)/kuayu demo $(ARGS)

## test: everything that must hold before a change lands
test: packages
	scripts/boundaries
	swift build $(SWIFT_FLAGS) --build-tests
	# Three runs: exit tests watch every child of their process, so suites that start programs run apart from them, and
	# whole-program tests one after another, because each is a federation of processes on these cores.
	timeout 900 swift test $(SWIFT_FLAGS) --skip-build --skip KuayuGatewayTests --skip KuayuProgramTests
	timeout 600 swift test $(SWIFT_FLAGS) --skip-build --filter KuayuGatewayTests
	timeout 1500 swift test $(SWIFT_FLAGS) --skip-build --no-parallel --filter KuayuProgramTests

## build: the programs, optimised
build: packages
	swift build $(SWIFT_FLAGS) --product kuayu
	swift build $(SWIFT_FLAGS) --product kuayu-sim

## packages: system libraries and servers, by apt, only what is missing
packages:
	@scripts/packages

## bench: hot paths and end to end, on this machine (ARGS are passed on)
bench: packages
	swift build $(SWIFT_FLAGS) --product kuayu-bench
	swift build $(SWIFT_FLAGS) --product kuayu
	$(BIN)/kuayu-bench $(ARGS)

## sim: simulated worlds (ARGS="--seeds 20000")
sim:
	swift build $(SWIFT_FLAGS) --product kuayu-sim
	$(BIN)/kuayu-sim $(ARGS)

## room: one target and its tests in seconds: make room ROOM=KuayuFormats
room:
	KUAYU_ROOM=$(ROOM) swift test --scratch-path .build-room

## lint: format and house rules
lint:
	swift format lint --strict --parallel --recursive Sources Tests Package.swift
	scripts/boundaries

## check-all: the full gate
check-all: lint test
	$(MAKE) sim ARGS="--seeds 20000"
	$(MAKE) sim ARGS="--mutants"
	$(MAKE) sim ARGS="cases --mutants"
	$(MAKE) sim ARGS="cases --sequences 1000000"

## soak: the long one
soak: build
	$(BIN)/kuayu-sim --seeds 200000
	for i in 1 2 3 4 5 6 7 8 9 10; do $(BIN)/kuayu demo --once --kill-gateway-at $$i || exit 1; done

clean:
	rm -rf .build .build-room
