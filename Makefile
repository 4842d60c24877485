# The commands of this project.  `make help` lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CODE := readinggroup app.py migrations tests bench

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Stamps: an environment is made once, and again when what it holds has changed.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Reading Group needs Python 3.11 or newer; PYTHON=/path/to/python3.12 make ... chooses one."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python can't make environments: install python3-venv (Debian, Ubuntu: apt install python3-venv), then try again."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/run.stamp

run: $(VENV)/run.stamp ## start the site on http://127.0.0.1:5000 (PORT, HOST), with a sample group the first time
	@$(BIN)/flask start

test: $(VENV)/dev.stamp ## run every test: SQLite, a real PostgreSQL, a real browser
	$(BIN)/python -m pytest

check: $(VENV)/dev.stamp ## what must hold before a change lands: format, lint, types, tests
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/python -m pytest

bench: $(VENV)/dev.stamp ## measure, as ratios within one run
	$(BIN)/python -m bench

routes: $(VENV)/dev.stamp ## write tests/site/routes.txt anew; its diff is the security review
	$(BIN)/flask routes-table > tests/site/routes.txt

lock: $(BIN)/python ## choose the newest versions that pyproject.toml allows
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  pyproject.toml --extra postgresql -o requirements.lock
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  pyproject.toml --extra postgresql --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove the environment and caches; data in instance/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: help run test check bench routes lock clean
