# Every command makes the environment in .venv when it is missing or pyproject.toml has changed.
#
# On a machine without an Nvidia card, torch's build for processors alone is several gigabytes smaller:
#     PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu make demo

PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready
BIN := $(VENV)/bin

# `make demo SERVE=0` ends after the answers; `make serve PORT=9000` listens elsewhere.
SERVE ?= 1
PORT ?= 8000
DEMO := $(BIN)/missiondesk --data-dir data/demo

# Folder with public data sets in the form that eval/corpus.py describes.
EVAL_DATA ?= ../shared/data
EVAL_OUT ?= data/eval

# Processes that share the tests, two gigabytes of memory each; 0: this one alone.
WORKERS ?= 2
# What stays together and comes first is told in tests/conftest.py.
PYTEST := $(BIN)/python -m pytest --numprocesses=$(WORKERS) --no-loadscope-reorder

# What touches the library, its jobs and access, run once more with PostgreSQL in place of SQLite.
POSTGRESQL_TESTS := tests/index tests/ingest/test_jobs.py tests/ingest/test_pipeline.py \
	$(addprefix tests/assistant/test_,$(addsuffix .py,access conversations feedback keys limiter person relabelling sites))

.PHONY: demo serve test lint format eval topology-test install dist dist-test bundle bundle-test docs licences pip-audit widget widget-types
.DEFAULT_GOAL := demo

install: $(READY)

$(READY): pyproject.toml
	@echo "Installing into $(VENV); the first time takes a few minutes."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --editable '.[dev,eval]'
	@touch $@

demo: $(READY)
	@exec $(DEMO) demo --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve)

serve: $(READY)
	@exec $(BIN)/missiondesk serve --port $(PORT)

test: $(READY) lint widget-types
	@scripts/debian-packages
	$(PYTEST)
	$(PYTEST) --no-cov --postgresql $(POSTGRESQL_TESTS)

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# The types of the widget's source are checked by TypeScript's compiler, which needs node and npm. Where there is no npm, or
# no way to its registry, they are not checked, and that is said; nothing else in the tests needs node.
WIDGET_NODE := build/widget/node_modules

widget-types:
	@if ! command -v npm >/dev/null; then \
		echo "NOT CHECKED: the widget's types. There is no npm on this machine (Debian: apt-get install npm)."; \
	elif ! $(MAKE) --no-print-directory $(WIDGET_NODE)/.fetched; then \
		echo "NOT CHECKED: the widget's types. npm could not fetch the compiler."; \
	else $(WIDGET_NODE)/.bin/tsc --project ui/widget; fi

$(WIDGET_NODE)/.fetched: ui/widget/package.json ui/widget/package-lock.json
	@mkdir -p build/widget
	@cp ui/widget/package.json ui/widget/package-lock.json build/widget
	npm ci --prefix build/widget --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# The minified files of the npm package, from their sources.
widget: $(READY) widget-types
	$(BIN)/python -m ui.widget

format: $(READY)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

eval: $(READY)
	@test -d $(EVAL_DATA) || { echo "No data sets at $(EVAL_DATA): name their folder with EVAL_DATA=..."; exit 2; }
	@mkdir -p $(EVAL_OUT)
	$(BIN)/python -m eval retrieval $(EVAL_DATA)/xquad/en --json $(EVAL_OUT)/xquad-en.json
	$(BIN)/python -m eval retrieval $(EVAL_DATA)/xquad/ro --json $(EVAL_OUT)/xquad-ro.json
	$(BIN)/python -m eval retrieval $(EVAL_DATA)/xquad/ro --corpus $(EVAL_DATA)/xquad/en --json $(EVAL_OUT)/xquad-ro-en.json
	$(BIN)/python -m eval answers tests/data/missions_questions.jsonl --documents $(EVAL_DATA)/documents/missions \
		--json $(EVAL_OUT)/answers.json --html $(EVAL_OUT)/answers.html

# Two servers, two workers and nginx over one PostgreSQL database, as compose.replicas.yaml starts them: documents come in
# while people ask, and each process is killed once. Then what a second worker brings. Takes a quarter of an hour.
topology-test: $(READY)
	@scripts/debian-packages
	@mkdir -p $(EVAL_OUT)
	$(BIN)/python -m eval topology --documents 500 --streams 50 --json $(EVAL_OUT)/topology.json
	$(BIN)/python -m eval workers --json $(EVAL_OUT)/workers.json

# -- releases; none of these is a part of `make test` --

# The wheel and the source distribution.
dist: $(READY)
	rm -rf dist
	$(BIN)/python -m build --outdir dist

# Both, in an environment with nothing else in it; takes some minutes.
dist-test: dist
	PYTHON=$(PYTHON) scripts/dist-test

# One archive that installs without a network; EXTRAS=oidc,ollama adds these.
bundle: $(READY)
	EXTRAS=$(EXTRAS) scripts/bundle

bundle-test: bundle
	scripts/bundle-test

# The documentation, in build/docs; `make test` checks that it can be built.
docs: $(READY)
	NO_MKDOCS_2_WARNING=1 PYTHONPATH=. $(BIN)/python -m mkdocs build

# docs/licences.md; fails for a package whose licence nobody knows.
licences: $(READY)
	$(BIN)/python scripts/licences.py

# Advisories about what is installed; asks a server. Exceptions: security-exceptions.toml.
pip-audit: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check '.[release]'
	$(BIN)/python scripts/pip_audit.py
