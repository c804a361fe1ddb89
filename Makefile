# One runner for people and CI alike. Every target does its own set-up.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 4
# What is imported is compiled once, as it is in production, wherever one is told to write no bytecode.
BYTECODE := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX="$(CURDIR)/.cache/bytecode"
PYTEST := $(BYTECODE) $(BIN)/pytest

.PHONY: help setup demo test check fix bench crash live docs lock browser registry

help: ## What there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

setup: ## Make .venv with everything in it (nothing to do when it is up to date)
	@PYTHON="$(PYTHON)" sh scripts/setup.sh

demo: setup ## Run the bot in a sandbox: no accounts, no network
	@$(BIN)/shipmate demo

browser: setup
	@sh scripts/browser.sh

registry: setup
	@sh scripts/registry.sh

test: setup browser registry ## All tests
	@$(PYTEST) -n $(WORKERS) --dist worksteal -q $(TESTS)

check: setup ## Format, lint, types, imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

fix: setup ## Let ruff mend what it can
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

bench: setup ## Measure, beside the baselines; writes bench.json and README's table
	@$(BYTECODE) $(BIN)/python -m tests.bench
	@$(BIN)/python scripts/docs.py

crash: setup ## Kill the bot at 50 random moments
	@SHIPMATE_CRASH_MOMENTS=$${SHIPMATE_CRASH_MOMENTS:-50} $(PYTEST) -q -m crash --timeout 1800

live: setup ## The Argo CD behaviours against a real server (SHIPMATE_LIVE_ARGOCD)
	@$(BIN)/pytest -q -m live -rs

docs: setup ## Write README's tables anew
	@$(BIN)/python scripts/docs.py

lock: setup ## Resolve the dependencies anew (needs uv)
	@sh scripts/lock.sh
