# Recourse. `make help` lists the commands; each line below with two hashes is one.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run chat setup setup-test test check format architecture unit train integration e2e bench doctor lock clean

PY := .venv/bin/python
PYTEST := $(PY) -m pytest -q
# Rasa asks the network for a version and reports usage unless told not to.
export RASA_TELEMETRY_ENABLED := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## set up, train when needed, start intake, desk and worker (options: ARGS="--intake-port 9080")
	@.venv/bin/recourse up $(ARGS)

chat: setup train ## the same conversation in the terminal
	@.venv/bin/recourse chat $(ARGS)

setup: ## create .venv with what running needs
	@scripts/setup requirements.lock

setup-test: ## … and with what testing needs
	@scripts/setup requirements-test.lock

test: setup-test ## every test: lint, types, architecture, units, model, conversations, browser
	@scripts/test

check: setup-test ## lint and types only
	@scripts/test check

format: setup-test ## lay out the code and repair what can be repaired by itself
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

architecture: setup-test ## who may import whom, and what must be documented
	@$(PYTEST) tests/architecture

unit: setup-test ## the fast tests
	@$(PYTEST) -n auto --dist loadfile tests/unit tests/scenarios

train: setup ## train the assistant when no current model is there
	@.venv/bin/recourse train

integration: setup-test train ## stores, processes, conversations
	@$(PYTEST) tests/integration tests/conversations

e2e: setup-test train ## a real browser against running processes
	@$(PYTEST) tests/e2e

bench: setup train ## measure the performance budget (docs/performance.md)
	@.venv/bin/recourse bench $(ARGS)

doctor: setup ## what is installed, missing and risky
	@.venv/bin/recourse doctor $(ARGS)

lock: ## resolve the dependencies again; needs uv
	@scripts/lock

clean: ## throw away .venv, model and caches; var/ with its cases stays
	rm -rf .venv .rasa .hypothesis .mypy_cache .pytest_cache .ruff_cache build models/*.tar.gz models/current.json
