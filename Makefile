# `make help` lists the targets. Everything runs in .venv, made here on first use.

PYTHON ?= python3
PYTEST_ARGS ?=
FUZZ_ARGS ?=
KILLS_ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DOCS_READY := $(VENV)/.ready-docs
BENCH_READY := $(VENV)/.ready-bench
BROWSER_READY := $(VENV)/.ready-browser
PIP_INSTALL := $(BIN)/python -m pip install --quiet --no-input --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help reproduce test laws mutants lint bench docs browser stored fuzz kills clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

reproduce: $(READY) ## derive, compute and write every result to report/
	$(BIN)/binodal reproduce -o report
	@$(BIN)/python -m tests.repo.weight report

test: $(READY) ## run the tests and the doctests (PYTEST_ARGS=... to choose)
	$(BIN)/python -m pytest -n 2 --dist worksteal $(PYTEST_ARGS)

laws: $(READY) ## try the laws over large tables on every case, not on the sample of `make test`
	LAWS=whole $(BIN)/python -m pytest -n 2 --dist worksteal -m law $(PYTEST_ARGS)

mutants: $(READY) ## try wrong formulas and proofs, say which no test sees (MUTANTS=... to choose)
	$(BIN)/python -m tests.mutation --record $(MUTANTS)

lint: $(READY) ## ruff (rules and format) and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(BENCH_READY) ## time this code against the naive way
	$(BIN)/python -m benchmarks.run

docs: $(DOCS_READY) ## build docs/_build/html, warnings as errors
	$(BIN)/python -m sphinx -W --keep-going -q -E -b html docs docs/_build/html
	$(BIN)/python -m tests.repo.remote docs/_build/html

browser: $(BROWSER_READY) ## test the explorer in headless Chromium, which must be installed
	$(BIN)/python -m pytest -n 0 -p no:cacheprovider tests/browser $(PYTEST_ARGS)

stored: $(READY) ## judge the stored experiments by today's theories; write them, their page and figures
	$(BIN)/python -m binodal.experiments.again --write; test $$? -le 1
	$(BIN)/binodal experiment --page docs

fuzz: $(READY) ## random command lines and damaged files, in numbers; takes an hour
	$(BIN)/python -m tests.fuzz $(FUZZ_ARGS)

kills: $(READY) ## kills at random moments, in numbers; takes an hour
	$(BIN)/python -m tests.kills $(KILLS_ARGS)

clean: ## remove all that make made, the environment too
	rm -rf $(VENV) report docs/_build build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is written last and removed first, so an interrupted build never looks ready. It holds
# the directory it was made in: an environment whose checkout moved has dead absolute paths.
ifneq ($(shell test -x $(BIN)/python && cat $(READY) 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "binodal needs Python 3.11 or later; say which with make PYTHON=..." >&2; exit 1; }
	@echo "preparing $(VENV) (about a minute, once)"
	@rm -f $(READY)
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(PIP_INSTALL) -e ".[test,lint]"
	@printf '%s' "$(CURDIR)" > $(READY)

$(DOCS_READY): $(READY)
	@$(PIP_INSTALL) -e ".[docs]"
	@touch $(DOCS_READY)

$(BENCH_READY): $(READY)
	@$(PIP_INSTALL) -e ".[bench]"
	@touch $(BENCH_READY)

$(BROWSER_READY): $(READY)
	@$(PIP_INSTALL) -e ".[browser]"
	@touch $(BROWSER_READY)
