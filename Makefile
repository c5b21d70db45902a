PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt
MODULES := lrat_rank features models eval

.PHONY: demo test check dev bench clean
.DEFAULT_GOAL := test

.venv/.python:
	$(PYTHON) -c "import sys; v = sys.version_info; sys.exit(v < (3, 11) and f'lrat-rank must run on Python >= 3.11; got {v[0]}.{v[1]}. Run: make PYTHON=python3.11')"
	$(PYTHON) -m venv .venv
	$(PIP) setuptools torch
	@touch $@

# A stamp for each set of extras; installing again happens only when the requirements change.
.venv/.extras-%: .venv/.python pyproject.toml constraints.txt
	$(PIP) -e '.[$*]'
	@touch $@

demo: .venv/.extras-offline  ## the whole way, offline, in minutes
	$(BIN)/lrat-rank demo --out demo

test: .venv/.extras-dev  ## every test, offline
	$(BIN)/python -m pytest

dev: .venv/.extras-dev  ## an install that type checkers and editors resolve
	$(PIP) --no-deps -e . --config-settings editable_mode=strict

# mypy reads the tree as it is installed: the four folders as one package.
check: .venv/.extras-dev  ## style, types, doctests, docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	rm -rf build/typed && mkdir -p build/typed/lrat_rank
	ln -s $(CURDIR)/lrat_rank/* $(CURDIR)/features $(CURDIR)/models $(CURDIR)/eval build/typed/lrat_rank/
	cd build/typed && ../../$(BIN)/mypy --config-file ../../pyproject.toml -p lrat_rank
	$(BIN)/python -m pytest -q --doctest-modules --doctest-continue-on-failure -p no:cacheprovider --pyargs lrat_rank lrat_rank.features lrat_rank.models lrat_rank.eval
	$(BIN)/python docs/check.py

bench: .venv/.extras-dev  ## the figures the README quotes
	$(BIN)/python benchmarks/first_stage.py
	$(BIN)/python benchmarks/rerank_speed.py

clean:
	rm -rf .venv build dist *.egg-info
