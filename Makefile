# MentorMatch. Needs make and Python 3.12 or newer; everything else is put into .venv and .tools of this folder.
#
#   make test PYTHON=/path/to/python3.13     chooses the interpreter
#   make demo DEMO_EXIT=1                    ends when the portal has answered instead of waiting
#   make bench ROWS="points-5000"            measures some rows only
#   make test PYTEST_ARGS="-k favour -x"     hands words on to pytest
#   make lock UPGRADE=1                      takes newer versions into the lock files

PYTHON ?=
ROWS ?=
PYTEST_ARGS ?=
UPGRADE ?=
export PYTHON

BIN := .venv/bin
INSTALL := sh requirements/install.sh
# Releases younger than a week are left out: the worst are withdrawn by then, and every mirror has the rest.
COMPILE = "$$uv" pip compile --quiet --python $(BIN)/python --python-version 3.12 --universal --generate-hashes \
	--no-emit-index-url --no-emit-find-links --exclude-newer "7 days" --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test install lint bench screenshots lock clean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

demo: ## make a 400-person organisation, match it, verify the proof, start the portal on it
	@$(INSTALL) portal
	@$(BIN)/mentormatch demo demo

test: install ## run every test
	@$(BIN)/python -m pytest --numprocesses auto --dist loadscope $(PYTEST_ARGS)

install: ## put MentorMatch and all that its tests need into .venv
	@$(INSTALL) dev

lint: install ## style, types, who imports whom, security
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bandit --quiet --configfile pyproject.toml --recursive mentormatch

bench: install ## measure time and memory beside other solvers (minutes)
	@$(BIN)/python -m tests.benchmarks.run $(ROWS)

screenshots: install ## draw every page of the portal, small and wide, light and dark, into build/screenshots/
	@$(BIN)/python -m tests.screenshots

lock: install ## resolve the lock files of requirements/ again
	@uv=$$($(INSTALL) uv) && \
	$(COMPILE) --extra portal --output-file requirements/portal.txt pyproject.toml && \
	$(COMPILE) --constraint requirements/portal.txt --output-file requirements/core.txt pyproject.toml && \
	$(COMPILE) --constraint requirements/portal.txt --extra portal --extra dev --output-file requirements/dev.txt pyproject.toml && \
	$(COMPILE) --constraint requirements/dev.txt --group build --output-file requirements/build.txt && \
	$(COMPILE) --group tools --output-file requirements/tools.txt

clean: ## remove what was built; the next command builds it again
	@rm -rf .venv .tools build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	@find mentormatch tests -name __pycache__ -type d -prune -exec rm -rf {} +
