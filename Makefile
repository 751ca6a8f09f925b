# make run [VAULT=~/notes]   install, add the folder, start, open the page
# make test                  everything: lint, types, import contract, page, tests
VAULT ?= examples/vault
PYTHON ?= python3
PORT ?= 42110
BIN := .venv/bin
export PYTHONUNBUFFERED = 1

.PHONY: run test check bench lock clean

run: .venv/.runtime
	@scripts/debian-packages tesseract-ocr:tesseract || echo "Scans and pictures are read without OCR." >&2
	@scripts/llama > .venv/llama.log 2>&1 || echo "Chat models cannot run yet: see .venv/llama.log" >&2 &
	@$(BIN)/khoj-lite serve "$(VAULT)" --port $(PORT)

test: .venv/.dev web/node_modules/.installed interfaces/obsidian/node_modules/.installed \
		interfaces/browser/node_modules/.installed
	@scripts/debian-packages chromium strace iproute2 tesseract-ocr:tesseract \
		emacs-nox:emacs elpa-package-lint:/usr/share/doc/elpa-package-lint tmux \
		elpa-vertico:/usr/share/doc/elpa-vertico elpa-embark:/usr/share/doc/elpa-embark \
		xvfb:Xvfb xdotool
	@$(MAKE) --no-print-directory check
	$(BIN)/pytest -n 2 --dist loadfile

check: .venv/.dev web/node_modules/.installed interfaces/obsidian/node_modules/.installed \
		interfaces/browser/node_modules/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm --prefix web run --silent check
	npm --prefix interfaces/obsidian run --silent check
	npm --prefix interfaces/browser run --silent check

bench: .venv/.dev
	@$(BIN)/python -m bench.embedding
	@$(BIN)/python -m bench.doors
	@$(BIN)/python -m bench.answers
	@$(BIN)/python -m bench.unseen
	@$(BIN)/python -m bench.support
	@$(BIN)/python -m bench.chat
	@$(BIN)/python -m bench.index
	@$(BIN)/python -m bench.pdf
	@$(BIN)/python -m bench.daemon
	@$(BIN)/python -m bench.train
	@$(BIN)/python -m bench.emacs
	@$(BIN)/python -m bench.obsidian
	@$(BIN)/python -m bench.clients
	@$(BIN)/python -m bench.llama

.venv/.runtime: requirements.lock pyproject.toml
	@PYTHON=$(PYTHON) scripts/install requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock pyproject.toml
	@PYTHON=$(PYTHON) scripts/install requirements-dev.lock
	@scripts/llama
	@touch $@ .venv/.runtime

web/node_modules/.installed: web/package-lock.json
	@scripts/debian-packages nodejs:node npm
	npm ci --prefix web --no-audit --no-fund --loglevel=error
	@touch $@

interfaces/browser/node_modules/.installed: interfaces/browser/package-lock.json
	@scripts/debian-packages nodejs:node npm
	npm ci --prefix interfaces/browser --no-audit --no-fund --loglevel=error
	@touch $@

interfaces/obsidian/node_modules/.installed: interfaces/obsidian/package-lock.json
	@scripts/debian-packages nodejs:node npm
	npm ci --prefix interfaces/obsidian --no-audit --no-fund --loglevel=error
	@touch $@

lock:
	scripts/lock

clean:
	rm -rf .venv web/node_modules interfaces/obsidian/node_modules interfaces/browser/node_modules .cache
