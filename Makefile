# SPDX-License-Identifier: AGPL-3.0-or-later
# The same names for people and for continuous integration. `make` alone lists them.

HOST ?= 127.0.0.1
PORT ?= 8000
CIVIC_INSTANCE ?= instance
WORKERS ?= 2
export HOST PORT CIVIC_INSTANCE
# Python keeps what it compiles, whatever the shell says: each process of the product and of the tests starts a third sooner.
export PYTHONDONTWRITEBYTECODE :=

BIN := .venv/bin
PYTHON = $$(tools/find_python.sh)

.DEFAULT_GOAL := help
.PHONY: help install serve setup-tests test check lint types unit bench a11y attack screenshots messages lock clean

help: ## List the targets.
	@grep -hE '^[a-z0-9-]+:.*## ' Makefile | awk -F ':.*## ' '{ printf "make %-14s %s\n", $$1, $$2 }'

install: ## Make .venv with the locked packages, fonts and translations (skips what is done).
	@python=$(PYTHON) && "$$python" tools/setup.py serve

serve: install ## Run a demonstration town (PORT=8000 HOST=127.0.0.1 CIVIC_INSTANCE=instance).
	@exec $(BIN)/python -m tools.start

setup-tests: ## Install what the tests need: packages, axe, PostgreSQL, Redis, Chromium.
	@tools/setup_servers.sh
	@python=$(PYTHON) && "$$python" tools/setup.py tests

test: setup-tests ## Run every suite, on SQLite and on PostgreSQL.
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not screenshots and not thorough" --durations=20 tests

check: ## Lint, types, import rules and the unit tests: seconds.
	@python=$(PYTHON) && "$$python" tools/setup.py tests
	@$(MAKE) --no-print-directory lint types unit

lint:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/djlint --lint --quiet civic modules themes
	@$(BIN)/lint-imports
	@$(BIN)/python -m tools.messages check

types:
	@$(BIN)/mypy

unit:
	@$(BIN)/python -m pytest -q -n $(WORKERS) -m "not server and not browser and not database" tests/architecture tests/setup tests/civic $(wildcard tests/modules)

bench: setup-tests ## Measure against the figures to hold (bench/).
	@$(BIN)/python -m bench

attack: setup-tests ## Send 100,000 hostile requests to every address as everyone (table in build/attack-*.csv), and right ones on both databases.
	@$(BIN)/python -m pytest -q -s -o faulthandler_timeout=0 tests/hostile tests/civic/permissions/test_routes.py --requests 100000

a11y: setup-tests ## Run axe on every page as every role, at 390 and 1280 px, dark too; and journeys without script.
	@$(BIN)/python -m pytest --durations=5 --thorough -m "a11y or thorough" tests/browser

screenshots: setup-tests ## Photograph every page at 390 and 1280 px into build/screenshots.
	@$(BIN)/python -m pytest -q -m screenshots tests/browser
	@echo "build/screenshots:" && ls build/screenshots | wc -l

messages: install ## Bring the .po files in line with the source, then compile them.
	@$(BIN)/python -m tools.messages update
	@$(BIN)/python -m tools.messages compile

lock: install ## Resolve the dependencies again and write the locks with hashes (needs uv).
	@test -x $(BIN)/uv || command -v uv >/dev/null || $(BIN)/pip install --quiet uv
	@$(BIN)/python -m tools.lock $(LOCK_OPTIONS)

clean: ## Remove everything that was installed or built; instances are kept.
	rm -rf .venv .setup node_modules build civic/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
	find translations -name '*.mo' -delete
