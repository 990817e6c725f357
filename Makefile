# Two commands for a newcomer: `make demo` and `make test`. Everything else is listed by `make help`.
PY ?= python3
UV ?= $(shell command -v uv 2>/dev/null)
export UV_PYTHON_DOWNLOADS = never
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test ci lint npm pictures pictures-all golden docs lock bench crash clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: .venv/.runtime ## make the environment (.venv/bin/newsletter)

setup-dev: .venv/.dev ## make the environment with the tools of the tests

.venv/bin/python:
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "newsletter needs Python 3.11 or newer; name one with: make PY=python3.12 ..."; exit 1; }
	@$(PY) -m venv .venv || { echo "python3 could not make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; exit 1; }

.venv/.runtime: requirements.lock pyproject.toml .venv/bin/python
	@echo "making the environment from requirements.lock ..."
	$(call install,requirements.lock)
	@touch $@

.venv/.dev: requirements-dev.lock pyproject.toml .venv/bin/python
	@echo "making the environment from requirements-dev.lock ..."
	$(call install,requirements-dev.lock)
	@touch .venv/.runtime $@

ifneq ($(UV),)
define install
	@$(UV) pip install -q --python .venv/bin/python --require-hashes -r $(1)
	@$(UV) pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e .
endef
else
define install
	@.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1)
	@.venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
endef
endif

demo: setup ## compose, check, preview and send the newest sample issue to an inbox on this machine
	@$(BIN)/newsletter demo

test: setup-dev ## run the tests
	@if command -v npm >/dev/null; then $(MAKE) -s npm || true; else echo "npm is not installed: some tests of how mails look are skipped"; fi
	$(BIN)/python -m pytest -q -n auto

lint: setup-dev ## ruff, mypy --strict, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

ci: lint test ## what .ci/run does, without the system packages

npm: tests/npm/node_modules/.installed ## install what the tests need from npm (pinned in tests/npm/package.json)

tests/npm/node_modules/.installed: tests/npm/package.json
	@command -v npm >/dev/null || { echo "this needs node and npm; on Debian and Ubuntu: apt install nodejs npm"; exit 1; }
	@echo "installing the packages of tests/npm/package.json ..."
	@cd tests/npm && npm install --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

pictures: setup-dev ## draw the stored pictures of mails anew, and show old and new side by side
	NEWSLETTER_TEST_PICTURES=write $(BIN)/python -m pytest -q tests/visual/test_stored_pictures.py
	@echo "look at var/pictures/index.html, then commit tests/visual/expected"

pictures-all: setup-dev npm ## compare every sample mail with the reference compiler in every view (minutes)
	NEWSLETTER_TEST_PICTURES=all $(BIN)/python -m pytest -q -n auto tests/visual/test_same_picture.py

golden: setup-dev ## write the golden files of the tests anew (look at the diff before you commit it)
	NEWSLETTER_TEST_GOLDEN=write $(BIN)/python -m pytest -q tests/golden tests/gallery/test_golden.py tests/importing/test_golden.py tests/calendar/test_events.py

docs: setup ## write the reference pages and schemas that are made from code
	$(BIN)/python docs/generate.py
	$(BIN)/python -m newsletter.check.manual docs/reference/rules.md
	$(BIN)/newsletter schema --write schemas

bench: setup-dev ## run the benchmarks (installs npm mjml beside them)
	$(BIN)/python -m benchmarks

crash: setup-dev ## kill a sending process 320 times over 20,400 messages, and count who got what (minutes)
	$(BIN)/python tests/crash/crash_rounds.py

lock: ## write the lock files anew (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv"; exit 1; }
	uv pip compile -q pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -o requirements-dev.lock
	uv pip compile -q pyproject.toml requirements-build.in -c requirements-dev.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -o requirements.lock
	@! grep -nE 'https?://|file:|index-url|find-links' requirements.lock requirements-dev.lock

clean: ## remove what was made (the environment, previews, sample ledger)
	rm -rf .venv tests/npm/node_modules var/demo build dist .coverage .mypy_cache .ruff_cache .import_linter_cache
