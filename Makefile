# What a newcomer types. It needs python3 (3.11 or later) and make; everything else it fetches into .venv and node_modules.
# Each step leaves a stamp, so that a second `make run` starts at once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes
FLASK := $(BIN)/flask --app wsgi
export PEERREVIEW_ENV ?= development

help: ## Show what you can do here
	@echo "peerreview: organisations review each other."
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r name what; do \
		printf '%-22s %s\n' "$$name" "$$what"; done

run: $(VENV)/run.stamp static/vendor/manifest.json ## Start it with a demo on http://127.0.0.1:8000 (another port: PORT=8001 make run)
	@mkdir -p instance
	@echo "database: bring the tables up to date"
	@$(FLASK) db upgrade
	@$(FLASK) demo --if-empty
	@exec $(FLASK) serve

install: $(VENV)/run.stamp static/vendor/manifest.json ## Fetch what a real site needs, and start nothing (docs/operations.md)

test: $(VENV)/dev.stamp static/vendor/manifest.json ## Check the code and run all tests, on SQLite and on PostgreSQL
	@$(BIN)/python -m tests

check: $(VENV)/dev.stamp ## Check style and types only
	@$(BIN)/python -m tests --check

bench: $(VENV)/dev.stamp static/vendor/manifest.json ## Measure pages and solvers at the size of a whole association
	@$(BIN)/python -m tests.bench

bench-matching: $(VENV)/dev.stamp ## Measure the matching engine beside others, up to 50,000 organisations
	@$(BIN)/python -m tests.bench_matching

bench-reviews: $(VENV)/dev.stamp static/vendor/manifest.json ## Measure saving a finding while 40 reviewers write at once
	@$(BIN)/python -m tests.bench_reviews

screenshots: $(VENV)/dev.stamp static/vendor/manifest.json ## Take pictures of the main pages into build/screenshots
	@$(BIN)/python -m tests.screenshots

lock: $(VENV)/uv.stamp ## Choose the newest allowed versions and write them, with hashes, to requirements/
	@echo "lock: requirements/*.txt"
	@for what in run dev uv node; do \
		case $$what in run) from=pyproject.toml;; dev) from="pyproject.toml --group dev --constraints requirements/run.txt";; *) from="--group $$what";; esac; \
		$(BIN)/uv pip compile $$from --universal --python-version 3.11 --generate-hashes --upgrade --quiet \
			--no-header --output-file requirements/$$what.txt >/dev/null || exit 1; done

clean: ## Remove what was fetched and built; the database and files in instance/ stay
	rm -rf $(VENV) node_modules static/vendor build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find peerreview tests -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/uv.stamp: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "This needs Python 3.11 or later; name it so: PYTHON=python3.12 make ..."; exit 1; }
	@echo "venv: make $(VENV) and put uv in it"
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/run.stamp: requirements/run.txt | $(VENV)/uv.stamp
	@echo "python: install what the application needs"
	@$(UV) -r requirements/run.txt
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt | $(VENV)/uv.stamp
	@echo "python: install what the application and its tests need"
	@$(UV) -r requirements/dev.txt
	@touch $@ $(VENV)/run.stamp

# Node.js is used only to fetch and copy what the browser gets; where there is none, a wheel brings it.
static/vendor/manifest.json: package-lock.json static/build.mjs static/icons.json static/own.svg | $(VENV)/uv.stamp
	@if node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null; \
	then echo "node: the one of this machine"; \
	else echo "node: install it into $(VENV)"; $(UV) -r requirements/node.txt; fi
	@echo "assets: fetch them with npm and copy them to static/vendor"
	@PATH="$(CURDIR)/$(BIN):$$PATH"; npm ci --loglevel=error --no-update-notifier >/dev/null && npm run --silent build
	@touch $@

.PHONY: help run install test check bench bench-matching bench-reviews screenshots lock clean
