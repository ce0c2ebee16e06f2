# Everything Daybook can be asked to do. `make` alone lists it.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
env := source scripts/env;

.PHONY: help
help: ## List these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | while IFS=$$'\t' read -r name what; do printf '  make %-12s %s\n' "$$name" "$$what"; done

.PHONY: run
run: build ## Set up, build and serve the lab on this machine
	@$(env) host cargo run --quiet --package daybook-web-tests --bin serve

.PHONY: dev
dev: setup ## Serve the lab and rebuild it on every change (reload the page yourself)
	@$(env) wasm trunk serve --public-url /

.PHONY: build
build: setup site ## Build dist/, a folder for any static host and any path

.PHONY: test
test: ## Set up and run all tests, browsers included
	@scripts/setup test
	@scripts/test

.PHONY: torture
torture: ## Kill, freeze and close tabs for long (ARGS="webkit 4 1500 20 7 3": engine or all, tabs, requests, faults, seed, rounds)
	@scripts/setup test
	@$(MAKE) site
	@$(env) host cargo run --quiet --package daybook-faults --bin torture -- $(ARGS)

.PHONY: bench
bench: setup ## Measure the core natively (bench-web: in the browser)
	@$(env) host cargo bench --bench engine

.PHONY: bench-full
bench-full: setup ## Fill a journal to the brim natively, and tell how many events it holds
	@$(env) host cargo bench --bench full

.PHONY: bench-web
bench-web: ## Measure the wasm build beside emmett, Redux and plain JavaScript, in Chromium, and write BENCHMARKS.md
	@scripts/setup bench
	@$(env) cd benches/web && wasm trunk build --release
	@$(env) NODE_PATH="$$DAYBOOK_TOOLS/npm/node_modules" "$$DAYBOOK_TOOLS/npm/node_modules/.bin/esbuild" \
		benches/web/peers/*.js --bundle --minify --format=esm --log-level=warning --outdir=target/bench-web/peers
	@$(env) host cargo run --quiet --release --package daybook-web-tests --bin measure -- target/bench-web $(ARGS)

.PHONY: bench-tabs
bench-tabs: ## Measure how soon other tabs show an entry and take over (ARGS="webkit 3": engine or all, tabs)
	@scripts/setup test
	@$(MAKE) site
	@$(env) host cargo run --quiet --package daybook-faults --bin pace -- $(ARGS)

.PHONY: bench-page
bench-page: ## Measure the page with long logs: start, append, drawing, scrubbing
	@scripts/setup test
	@$(MAKE) site
	@mkdir -p target/bench-page
	@$(env) DAYBOOK_KEEP="$$root/target/bench-page/full.ndjson" host cargo bench --bench full
	@$(env) host cargo run --quiet --package daybook-web-tests --bin page -- target/bench-page/full.ndjson

.PHONY: sizes
sizes: build ## List the size of each built file against the budget
	@scripts/sizes

.PHONY: screenshots
screenshots: ## Photograph the lab into screenshots/ (VIEWS="#/ #/@past" ARGS="--sheet --size 390x844")
	@scripts/setup test
	@$(MAKE) site
	@$(env) host cargo run --quiet --package daybook-web-tests --bin screenshots -- screenshots $(ARGS) $(VIEWS:%='%')

.PHONY: transcript
transcript: ## Write down what a screen reader says, into docs/transcript.md
	@scripts/setup test
	@$(MAKE) site
	@$(env) host cargo run --quiet --package daybook-web-tests --bin transcript >target/transcript.md
	@mv target/transcript.md docs/transcript.md

.PHONY: lighthouse
lighthouse: ## Judge how the built page loads and is built (ARGS="1 /": one run, of one address)
	@scripts/setup lighthouse
	@$(MAKE) site
	@$(env) scripts/lighthouse $(ARGS:%='%')

.PHONY: clean
clean: ## Remove what was built here (the tools stay in ~/.cache/daybook)
	rm -rf target dist screenshots

.PHONY: setup
setup:
	@scripts/setup run

.PHONY: site
site:
	@echo "==> Building dist/ (the first time takes minutes, then seconds)"
	@$(env) wasm trunk build --release
