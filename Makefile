PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt
TYPED := build/typed

.PHONY: demo test check audit dev bench study clean
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
	$(BIN)/python -m pytest -n logical --dist loadfile

dev: .venv/.extras-dev  ## an install that type checkers and editors resolve
	$(PIP) --no-deps -e . --config-settings editable_mode=strict

# mypy and the doctests read the tree as it is installed: the four folders as one package.
check: .venv/.extras-dev  ## style, types, doctests, docs, known weaknesses
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	rm -rf $(TYPED) && mkdir -p $(TYPED)/lrat_rank
	ln -s "$(CURDIR)"/lrat_rank/* "$(CURDIR)/features" "$(CURDIR)/models" "$(CURDIR)/eval" $(TYPED)/lrat_rank/
	cd $(TYPED) && ../../$(BIN)/mypy --config-file ../../pyproject.toml -p lrat_rank
	cd $(TYPED) && ../../$(BIN)/mypy --config-file ../../pyproject.toml ../../docs/check.py
	cd $(TYPED) && ../../$(BIN)/python -m pytest -q --doctest-modules --doctest-continue-on-failure -c ../../pyproject.toml --rootdir . -p no:cacheprovider lrat_rank
	$(BIN)/python docs/check.py
	$(BIN)/bandit -q -r lrat_rank features models eval -c pyproject.toml
	$(MAKE) --no-print-directory audit

# A service that answers knows this release's old weakness; one that does not is not believed.
audit:  ## the installed packages against the advisories known for them
	@for service in pypi osv; do \
		if echo requests==2.31.0 | $(BIN)/pip-audit -r /dev/stdin --no-deps --disable-pip --timeout 5 \
			-s $$service -f json 2>/dev/null | grep -q '"vulns": \[{'; \
		then $(BIN)/pip-audit --local --skip-editable -s $$service; exit; fi; \
	done; echo "pip-audit: no advisory service answers here; the installed packages were NOT checked."

bench: .venv/.extras-dev  ## the figures the README quotes
	@failed=0; for figure in rerank_speed mining_speed cue_judge first_stage evaluation_speed calibration flywheel feature_speed train_speed serve_load; do \
		echo "== $$figure"; $(BIN)/python benchmarks/$$figure.py || failed=1; done; exit $$failed

study: .venv/.extras-dev  ## rankers against each other, and what makes them better: hours
	$(BIN)/python benchmarks/rankers.py --work build/study
	$(BIN)/python benchmarks/ablation.py --work build/study --lists 200 --head 20

clean:
	rm -rf .venv build dist *.egg-info
