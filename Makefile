# Everything starts here: `make help` says what there is. Nothing needs to be installed but Python 3.11 and make.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := shared services/intake services/victim-support services/counseling services/monitoring services/analytics
READY := $(VENV)/.ready
SOURCES := $(PACKAGES:%=%/pyproject.toml) requirements/dev.lock

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

.PHONY: help demo test check bench browser containers faults assets environment docs format clean

help: ## Say what there is
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: environment ## Start the whole suite with its founding history and keep it up until Ctrl-C
	@$(BIN)/ansim assets || echo "Going on without built fonts and colours: pages use those of this system"
	@exec $(BIN)/ansim demo $(DEMO)

test: environment ## Run every test that this machine can run, on real PostgreSQL and Kafka
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(TESTS)

check: environment ## Style, types, architecture, security, locks: the same as CI
	@PYTHON=$(BIN)/python bash .ci/check

bench: environment ## Measure speed and delay, print ratios and percentiles; BENCH="--only waiting" for a part
	@$(BIN)/ansim bench $(BENCH)

browser: environment ## Every page in a real browser: both languages, axe, content security policy
	@$(BIN)/python -m pytest -m browser $(TESTS)

containers: environment ## Run every test on the public images of PostgreSQL and Kafka; needs Docker
	@ANSIM_TEST_SERVERS=containers $(BIN)/python -m pytest -n 2 --dist loadgroup -m "not browser and not journey" $(TESTS)

faults: environment ## Kill every process and server at random moments; SEEDS=20 for more rounds
	@ANSIM_FAULT_SEEDS=$${SEEDS:-20} $(BIN)/python -m pytest -m faults --timeout=1800 $(TESTS)

assets: environment ## Build fonts, colours and scripts that pages load
	@$(BIN)/ansim assets

environment: $(READY) ## Set up or renew the virtual environment from the hashed lock; does nothing when it is current

docs: environment ## Make docs/catalogue and docs/imports.md anew from the code
	@$(BIN)/python -m ansim.contracts.export && $(BIN)/python -m ansim.telemetry && $(BIN)/python -m ansim.imports

format: environment ## Bring the code into its form
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean: ## Remove the environment, the demo's state and all caches
	@rm -rf $(VENV) .ansim .cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# The lock is installed only when its digest changed, the six packages whenever one of their descriptions did.
$(READY): $(SOURCES)
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: install it or say where it is with PYTHON=…" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "Making the virtual environment"; $(PYTHON) -m venv $(VENV); }
	@wanted=$$(sha256sum < requirements/dev.lock); \
	if [ "$$wanted" != "$$(cat $(VENV)/.lock 2>/dev/null)" ]; then \
	  echo "Installing the locked packages (the first time takes a few minutes)"; \
	  $(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.lock; \
	  echo "$$wanted" > $(VENV)/.lock; \
	fi
	@echo "Installing the suite's own packages"
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation $(foreach package,$(PACKAGES),--editable ./$(package))
	@touch $(READY)
