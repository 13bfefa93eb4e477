# gospub: `make help` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help install install-dev demo psql test test-unit test-warehouse test-dags test-e2e lint format lock docs bench clean clean-state
SHELL := /bin/sh
export PYTHONPATH := plugins:.
export PYTHON

PY := .venv/bin/python
PYTEST := $(PY) -m pytest
NIGHTS ?= 3
ORGANISATIONS ?= 3000
PORT ?= 8080

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "%-16s%s\n", $$1, $$2}' Makefile

install: ## make .venv with the pinned requirements (PYTHON=… chooses the interpreter)
	@local/install.sh requirements.txt

install-dev: ## the same, with what tests and lint need
	@local/install.sh requirements.txt requirements-dev.txt

demo: install ## run NIGHTS nights in real Airflow, then stay until Ctrl-C (EXIT=1: stop; NIGHTS=3 ORGANISATIONS=3000 PORT=8080)
	@exec $(PY) -m local.demo --nights $(NIGHTS) --organisations $(ORGANISATIONS) --port $(PORT) $(if $(filter-out 0,$(EXIT)),--exit)

export Q
psql: install ## open psql on the demo warehouse; Q="select …" prints CSV and exits
	@exec $(PY) -m local.psql

test: install-dev ## run all tests
	$(PYTEST) tests/unit tests/warehouse tests/dags tests/e2e

test-unit: install-dev ## tests without network and database
	$(PYTEST) tests/unit

test-warehouse: install-dev ## tests against real Postgres
	$(PYTEST) tests/warehouse

test-dags: install-dev ## tests of the DAGs in real Airflow
	$(PYTEST) tests/dags

test-e2e: install-dev ## whole nights, the demo, crashes
	$(PYTEST) tests/e2e

lint: install-dev ## ruff, mypy, sqlfluff, the house law
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/sqlfluff lint --processes 2 --disable-progress-bar include/sql
	$(PYTEST) --quiet tests/unit/test_house.py

format: install-dev ## let ruff put the code in order
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

lock: install ## pin requirements*.txt anew from requirements*.in
	.venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 requirements.in -o requirements.txt
	.venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 requirements-dev.in -o requirements-dev.txt
	.venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 requirements-docker.in -o requirements-docker.txt

docs: install-dev ## write the generated pages of docs/ anew
	@GOSPUB_SCHEDULES=on AIRFLOW_HOME=$(CURDIR)/var/airflow-docs $(PY) -m local.docs

bench: install-dev ## measure speed and size
	$(PY) -m bench

clean: ## remove caches (the demo's data stay)
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

clean-state: ## forget the demo: its databases, logs and passwords
	@$(PY) -m local.forget
