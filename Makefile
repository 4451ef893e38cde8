# Every target does its own set-up: uv, the environment in .venv, and the trained model.
SHELL := /bin/sh
.DEFAULT_GOAL := help

# Nothing outside the project decides what runs in it.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV UV_PROJECT_ENVIRONMENT PYENV_VERSION
# And what is compiled once is kept: or each process takes 2.4 s more to begin.
unexport PYTHONDONTWRITEBYTECODE

UV = $$(scripts/uv.sh)
BOT = .venv/bin/python -m bot
ENVIRONMENT = .venv/.complete

.PHONY: help run test test-telegram-peer check train tune bench doctor audit format

help:
	@echo "make run     start the bot: the chat page and the desk, in a browser"
	@echo "make test    run all tests"
	@echo "make test-telegram-peer   go through Telegram as another project's test server plays it"
	@echo "make check   lint, types, import rules, packs, Rasa's data validation"
	@echo "make train   train the model, if what it is made from has changed"
	@echo "make tune    let the encoder learn from all examples; fetches PyTorch, takes two hours"
	@echo "make bench   measure speed, memory, size and safety against a kill"
	@echo "make doctor  look for what is wrong with this installation"
	@echo "make audit   ask whether the locked packages have known weaknesses"

$(ENVIRONMENT): pyproject.toml uv.lock .python-version
	@uv=$(UV) && $$uv sync --frozen --quiet
	@touch $@

run: $(ENVIRONMENT)
	@$(BOT) train
	@$(BOT) run

train: $(ENVIRONMENT)
	@$(BOT) train

tune: $(ENVIRONMENT)
	@model=$$(.venv/bin/python -m bot.language.weights) && uv=$(UV) && \
		$$uv run --quiet --script scripts/tune.py --model "$$model" --seed 0 && \
		$$uv run --quiet --script scripts/tune.py --model "$$model" --seed 1 \
			--out nlu/second-opinion.safetensors
	@.venv/bin/python -m bot.language.urgent.fitting
	@.venv/bin/python -m bot.language.details.fitting

doctor: $(ENVIRONMENT)
	@$(BOT) doctor

# Needs the network: pypi.org's list of known weaknesses.
audit: $(ENVIRONMENT)
	@mkdir -p .bench && uv=$(UV) && \
		$$uv export --frozen --no-dev --no-emit-project --quiet --output-file .bench/locked.txt && \
		{ $$uv tool run --quiet pip-audit@2.10.1 --disable-pip --require-hashes --format json \
			--requirement .bench/locked.txt >.bench/audit.json || test -s .bench/audit.json; } && \
		.venv/bin/python scripts/supply.py audit <.bench/audit.json

test: $(ENVIRONMENT)
	@$(BOT) train
	@.venv/bin/python -m pytest

PEER = .bench/peer

$(PEER)/node_modules: tests/peer/package.json tests/peer/package-lock.json
	@command -v npm >/dev/null || { echo "This needs node and npm; install them first."; exit 1; }
	@mkdir -p $(PEER) && cp $^ $(PEER)/
	@npm ci --prefix $(PEER) --silent --no-audit --no-fund && touch $@

test-telegram-peer: $(ENVIRONMENT) $(PEER)/node_modules
	@$(BOT) train
	@.venv/bin/python -m pytest tests/peer/journey.py

check: $(ENVIRONMENT)
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy
	@.venv/bin/python -m pytest -q -m rules
	@$(BOT) packs check
	@$(BOT) validate

bench: $(ENVIRONMENT)
	@$(BOT) train
	@.venv/bin/python -m tests.bench $(BENCH)

format: $(ENVIRONMENT)
	@.venv/bin/ruff format --quiet .
	@.venv/bin/ruff check --quiet --fix .
