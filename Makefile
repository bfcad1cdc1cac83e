# Every target sets up what it needs first; a second run finds the stamps and starts at once.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
STAMPS := .venv/.stamps
PIP := $(BIN)/python -m pip --disable-pip-version-check install -q --require-hashes
PAGES := $(shell find static -path static/dist -prune -o -type f -print)

.DEFAULT_GOAL := help
.PHONY: help setup setup-test run test check bench bench-compare goldens vectors words lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 16

setup: $(STAMPS)/run static/dist/manifest.json ## install whatever `run` needs

setup-test: setup $(STAMPS)/test ## install whatever `test` and `check` need

run: setup ## serve on 127.0.0.1:8000 (PORT=… overrides)
	@exec $(BIN)/parure serve --port $(PORT)

test: setup-test ## run every test
	$(BIN)/python -m pytest $(SIDE_BY_SIDE)
	npm test --silent

check: setup-test ## format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	npm run --silent types

# A file's tests stay on one process, since they share what they set up.
SIDE_BY_SIDE := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

bench: setup-test $(STAMPS)/bench ## measure latency, jitter, fidelity and build time
	$(BIN)/python -m benchmarks

bench-compare: setup-test $(STAMPS)/bench ## the latency benchmark here and at REF=main, side by side
	$(BIN)/python -m benchmarks.compare $(or $(REF),main)

goldens: setup-test ## draw the reference pictures of the tests anew
	PARURE_GOLDENS=write $(BIN)/python -m pytest tests -k golden

vectors: setup-test ## write the solver's golden vectors, which JavaScript's solver replays, anew
	$(BIN)/python -m tests.vectors.write

words: ## bring the catalogues in locale/ up to date with what there is to translate
	$(BIN)/python -m viewer.messages

lock: ## pin the dependencies anew (needs uv)
	uv pip compile pyproject.toml --extra setup $(LOCKED) -o requirements.lock
	uv pip compile pyproject.toml --extra setup --extra dev -c requirements.lock $(LOCKED) -o requirements-dev.lock
	uv pip compile pyproject.toml --extra setup --extra dev --extra bench -c requirements-dev.lock $(LOCKED) -o requirements-bench.lock
LOCKED := --universal --generate-hashes --no-emit-index-url --no-header -q

clean: ## remove what set-up made
	rm -rf .venv node_modules static/dist var

$(STAMPS)/system-%: setup/system.sh
	@PYTHON=$(PYTHON) setup/system.sh $*
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/python: requirements.lock pyproject.toml | $(STAMPS)/system-run
	@echo "Installing the Python packages"
	@$(PIP) -r requirements.lock
	@$(BIN)/python -m pip --disable-pip-version-check install -q --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/run: setup/landmark_models.py tryon/model_files.py $(STAMPS)/python
	@$(BIN)/python setup/landmark_models.py
	@touch $@

$(STAMPS)/test: requirements-dev.lock $(STAMPS)/python | $(STAMPS)/system-test
	@echo "Installing what the tests need"
	@$(PIP) -r requirements-dev.lock
	@touch $@

$(STAMPS)/bench: requirements-bench.lock benchmarks/package-lock.json $(STAMPS)/test | $(STAMPS)/system-bench
	@echo "Installing the reference renderer, the rigged hand, rival viewers and Lighthouse"
	@$(PIP) -r requirements-bench.lock
	@npm ci --silent --prefix benchmarks
	@touch $@

$(STAMPS)/node: package-lock.json | $(STAMPS)/system-run
	@echo "Installing the page tools"
	@npm ci --silent
	@mkdir -p $(STAMPS) && touch $@

static/dist/manifest.json: $(PAGES) | $(STAMPS)/node
	@npm run --silent build
