# `make run` decides the bundled worked cases (three in full), `make test` runs the tests, `make serve` starts the service; each sets up all
# that it needs.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test serve lint types layers wheel check bench examples lock clean

run: $(STAMP)
	$(BIN)/clausal decide --worked

test: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist loadgroup

serve: $(STAMP)
	$(BIN)/clausal serve

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(STAMP)
	$(BIN)/mypy

layers: $(STAMP)
	$(BIN)/lint-imports

# Builds the wheel, installs it in an empty environment elsewhere, and decides a case there.
wheel: $(STAMP)
	bash tests/smoke_wheel.sh $(BIN)/python

check: lint types layers test wheel

bench: $(STAMP)
	$(BIN)/python -m bench

# Writes what commands print now into the examples of README.md and docs/.
examples: $(STAMP)
	$(BIN)/python -m tests.examples

lock:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-tools
	$(BIN)/pip-compile --quiet --upgrade --extra dev --extra bench --extra spark --extra service --extra observe --generate-hashes --strip-extras --allow-unsafe \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file requirements/dev.txt pyproject.toml

clean:
	rm -rf $(VENV) dist build

$(STAMP): requirements/dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: set PYTHON=path/to/python"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@
