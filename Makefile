# The stable commands; README.md says what each one does.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
ENV_STAMP := $(VENV)/.base-ready
DEV_STAMP := $(VENV)/.dev-ready
VENV_BENCH := .venv-bench
BENCH_STAMP := $(VENV_BENCH)/.ready
LOCK = $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --upgrade

.PHONY: env dev demo test check bench lock format messages
.DELETE_ON_ERROR:

env: $(ENV_STAMP)

# Locked packages with their hashes, then the product itself (editable, nothing downloaded for it).
$(ENV_STAMP): requirements/base.txt requirements/build.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/build.txt
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/base.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/minhbach messages
	touch $@

dev: $(DEV_STAMP)

$(DEV_STAMP): $(ENV_STAMP) requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/dev.txt
	touch $@

demo: $(ENV_STAMP)
	$(BIN)/minhbach demo --port $(PORT)

test: $(DEV_STAMP)
	$(BIN)/python tests/run.py

check: $(DEV_STAMP)
	$(BIN)/python tests/check.py

bench: $(DEV_STAMP) $(BENCH_STAMP)
	$(BIN)/python bench/run.py

# openfisca-core to measure against, in an environment of its own: it is never installed beside the product (AGPL).
$(BENCH_STAMP): requirements/bench.txt
	test -x $(VENV_BENCH)/bin/python || $(PYTHON) -m venv $(VENV_BENCH)
	$(VENV_BENCH)/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements/bench.txt
	touch $@

format: $(DEV_STAMP)
	$(BIN)/ruff check --fix src tests bench tools conftest.py
	$(BIN)/ruff format src tests bench tools conftest.py

messages: $(ENV_STAMP)
	$(BIN)/minhbach messages --extract

lock: $(DEV_STAMP)
	for name in build base dev bench; do $(LOCK) requirements/$$name.in -o requirements/$$name.txt || exit 1; done
