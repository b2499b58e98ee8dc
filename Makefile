# One command a chore. Everything is installed into .venv, from files that lock each package by its digest.
# A fresh machine needs Python 3.11 or later, make and git.

export PYTHON
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_NO_INPUT = 1
export PIP_USER = 0

VENV    = .venv
BIN     = $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --quiet
COMPILE = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --upgrade --quiet \
	--generate-hashes --no-emit-index-url --no-header

.PHONY: help demo test test-long lint types contracts docs reference picture bench fmt upgrade clean setup setup-dev

help:  ## Show the chores
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 22

demo: $(VENV)/.run  ## Check both drafts of 2021 and write a report and a map into out/
	@$(BIN)/python tools/demo.py

test: $(VENV)/.dev  ## Run the tests
	$(BIN)/python -m pytest -n 2

test-long: $(VENV)/.dev  ## Run the tests that take minutes
	$(BIN)/python -m pytest -n 2 -m long

lint: $(VENV)/.dev  ## Check the style of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev  ## Check the types
	$(BIN)/mypy

contracts: $(VENV)/.dev  ## Check that each floor imports only lower ones
	$(BIN)/lint-imports

docs: $(VENV)/.dev reference  ## Make the generated pages again and check the rest
	$(BIN)/python -m pytest tests/test_docs.py

reference: $(VENV)/.dev  ## Make the pages under docs/reference that are made from the code
	$(BIN)/python tools/reference.py
	$(BIN)/python -m servanda.cli.help > docs/reference/cli.md

picture: $(VENV)/.run  ## Draw the verdict that the README shows again
	$(BIN)/python tools/picture.py

bench: $(VENV)/.dev  ## Measure
	$(BIN)/python benchmarks/two_norms.py --acts 1000000 --runs 5

fmt: $(VENV)/.dev  ## Put the code into its canonical form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

upgrade: $(VENV)/.made  ## Lock the newest packages that the project allows
	$(INSTALL) uv
	$(COMPILE) --group build --output-file requirements.lock
	$(COMPILE) --group build --group dev --group bench --constraint requirements.lock --output-file requirements-dev.lock

clean:  ## Remove what the chores have made
	rm -rf $(VENV) out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

setup: $(VENV)/.run  ## Install what the command needs
setup-dev: $(VENV)/.dev  ## Install what the tests need

$(VENV)/.made: tools/find_python.sh
	@python=$$(sh tools/find_python.sh) && echo "setting up $(VENV) with $$python" && "$$python" -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made requirements.lock pyproject.toml
	$(INSTALL) --require-hashes --requirement requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.made requirements-dev.lock pyproject.toml
	$(INSTALL) --require-hashes --requirement requirements-dev.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.run
