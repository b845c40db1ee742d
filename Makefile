# Nothing but Python 3.11 or newer and make is needed. `make help` lists the targets.

PYTHON ?= python3
BIN := .venv/bin
TEST_JOBS ?= auto
export PYTHONDONTWRITEBYTECODE ?=

.PHONY: help run up setup setup-dev test check bench soak-alarm fuzz lock messages reference clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

run: setup ## everything, with a demo city to try; then open the printed address
	@exec $(BIN)/jifang up --demo

up: setup ## everything, empty: the first page creates the authority and its administrator
	@exec $(BIN)/jifang up

setup: ## what run needs: virtual environment, locked packages, pages, translations
	@$(PYTHON) scripts/setup.py run

setup-dev: ## what test, check and bench need
	@$(PYTHON) scripts/setup.py dev

test: setup-dev ## the whole suite on a real PostgreSQL (JIFANG_TEST_DATABASE_URL, else an embedded one)
	@$(BIN)/pytest -n $(TEST_JOBS) --dist loadfile

check: setup-dev ## style, types, floors, translations, documents made from code, the pages' types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo "run: $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/lint-imports --no-cache > .venv/imports.log || { cat .venv/imports.log; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/python scripts/messages.py --check
	@$(BIN)/python -m jifang.project.reference --check
	@$(BIN)/python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run --settings jifang.project.settings
	@cd frontend && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent check && PATH="$(CURDIR)/$(BIN):$$PATH" npm test --silent
	@echo "check: fine"

bench: setup-dev ## every figure, as `name: value` (bench-alarm, bench-web)
	@for bench in bench/bench_*.py; do PYTHONPATH=. nice $(BIN)/python $$bench || exit 1; done

bench-%: setup-dev
	@PYTHONPATH=. nice $(BIN)/python bench/bench_$*.py

soak-alarm: setup-dev ## 100 rounds of kill -9 on every process under load
	@$(BIN)/python bench/soak_alarm.py

fuzz: setup-dev ## hypothesis for longer on every codec
	@JIFANG_FUZZ_EXAMPLES=$${JIFANG_FUZZ_EXAMPLES:-200000} $(BIN)/pytest tests -q -k fuzz -n auto

lock: setup-dev ## pin requirements/*.in with hashes
	@$(BIN)/python scripts/lock.py

messages: setup-dev ## compile the translations and list what has none
	@$(BIN)/python scripts/messages.py --check

reference: setup-dev ## docs/ref/configuration.md from the configuration's classes
	@$(BIN)/python -m jifang.project.reference

clean: ## remove what was built; var/ (your data) stays
	@rm -rf .venv frontend/node_modules src/jifang/web/static/dist src/jifang.egg-info .mypy_cache .ruff_cache setup-error.log
	@find src tests bench scripts -name __pycache__ -type d -prune -exec rm -rf {} +
	@find src -name '*.mo' -delete
