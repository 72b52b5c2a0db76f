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

# What touches the library, its jobs and access, run once more with PostgreSQL in place of SQLite.
POSTGRESQL_TESTS := tests/index tests/ingest/test_jobs.py tests/ingest/test_pipeline.py \
	$(addprefix tests/assistant/test_,$(addsuffix .py,access conversations feedback keys limiter person relabelling sites))

.PHONY: demo serve test lint format eval install
.DEFAULT_GOAL := demo

install: $(READY)

$(READY): pyproject.toml
	@echo "Installing into $(VENV); the first time takes a few minutes."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --editable '.[dev,eval]'
	@touch $@

demo: $(READY)
	$(DEMO) ingest samples/documents --audience public
	$(DEMO) ingest samples/internal --audience internal
	@for question in \
		"How many days do I have to reflect before I sign the voluntary return declaration?" \
		"Quante persone sono arrivate con i corridoi umanitari nel 2023?" \
		"Cât durează cursul de limba română?" \
		"كم شهرًا يمكن للناجين من الاتجار بالأشخاص أن يقيموا في دار الإيواء؟"; \
	do \
		printf '\n\n> %s\n\n' "$$question"; \
		$(DEMO) ask "$$question" || exit; \
	done
	@if [ "$(SERVE)" != 0 ]; then echo; exec $(DEMO) serve --port $(PORT); fi

serve: $(READY)
	@exec $(BIN)/missiondesk serve --port $(PORT)

test: $(READY) lint
	@scripts/debian-packages
	$(BIN)/python -m pytest
	$(BIN)/python -m pytest --no-cov --postgresql $(POSTGRESQL_TESTS)

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

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
