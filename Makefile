# `make` lists the targets. Two stamps in .venv tell what is installed: a planner never needs the developers' tools.

WORKERS ?= 2
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt

# Each candidate is asked for its version, because a name on the PATH proves nothing: version managers leave commands
# that exist and fail.
CANDIDATES := $(or $(PYTHON),python3 python3.13 python3.12 python3.11)
RIGHT_VERSION := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
CAN_MAKE_VENV := import ensurepip, venv; $(RIGHT_VERSION)
first_that = $(shell for p in $(CANDIDATES); do if "$$p" -c '$(1)' >/dev/null 2>&1; then echo "$$p"; break; fi; done)
BASE_PYTHON = $(or $(call first_that,$(CAN_MAKE_VENV)),$(error $(if $(call first_that,$(RIGHT_VERSION)),$(NO_VENV),$(NO_PYTHON))))
NO_PYTHON = Python 3.11, 3.12 or 3.13 is needed and none of "$(CANDIDATES)" is one: install it, or name it with "make PYTHON=/path/to/python3.12 ..."
NO_VENV = $(call first_that,$(RIGHT_VERSION)) lacks its venv or ensurepip module: on Debian and Ubuntu run "apt-get install python3-venv", or name another Python with "make PYTHON=/path/to/python3.12 ..."

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup plan app test check lint format bench bench-bank clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-11s %s\n", $$1, $$2}' Makefile

$(BIN)/pip:
	@"$(BASE_PYTHON)" -m venv --clear .venv

.venv/.installed: pyproject.toml constraints.txt | $(BIN)/pip
	@echo "Installing staffing into .venv (first time only, needs the network)"
	@$(PIP_INSTALL) -e .
	@$(BIN)/staffing warm
	@touch $@

.venv/.installed-extras: .venv/.installed
	@echo "Installing the tools for tests and checks into .venv"
	@$(PIP_INSTALL) -e '.[test,e2e,dev,cluster,auth]'
	@touch $@

setup: .venv/.installed-extras ## install everything, for developers

plan: .venv/.installed ## plan the sample centre into out/
	$(BIN)/staffing plan data/hr-centre --out out --time-limit 60

app: .venv/.installed ## open the app in the browser
	$(BIN)/staffing serve

# A file's tests stay together: the servers and plans that they share are made once.
test: .venv/.installed-extras ## run all tests (browser tests skip where no browser is)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

lint: .venv/.installed-extras ## formatting, lint, types and import rules
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## everything that must hold before a commit: lint, then test

format: .venv/.installed-extras ## format the code and mend what can be mended
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: bench-bank ## every benchmark that needs no arguments
	$(BIN)/python -m benchmarks.erlang_speed
	$(BIN)/python -m benchmarks.erlang_accuracy
	$(BIN)/python -m benchmarks.chat_exact
	$(BIN)/python -m benchmarks.levelling
	$(BIN)/python -m benchmarks.simulate_speed
	$(BIN)/python -m benchmarks.time_varying
	$(BIN)/python -m benchmarks.pooling
	$(BIN)/python -m benchmarks.conflicts
	$(BIN)/python -m benchmarks.risk
	$(BIN)/python -m benchmarks.forecast_peers
	$(BIN)/python -m benchmarks.forecast_many
	$(BIN)/python -m benchmarks.intraday
	$(BIN)/python -m benchmarks.roster_gap

bench-bank: .venv/.installed ## the whole chain on the shared bank calls
	$(BIN)/python -m benchmarks.bank

clean: ## remove .venv, results and caches
	rm -rf .venv out build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
