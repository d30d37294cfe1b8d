# Every target goes through the launcher in ground/, so that they share one set-up. It needs Python 3.11 or newer
# and nothing else. `exec` lets a signal sent to make reach the launcher itself.

ifndef PYTHON
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; exit; }; done; echo python3)
endif
GROUND := exec $(PYTHON) -m ground

.PHONY: help run test check format manage messages bench-requests bench-clocks bench-assessment bench-screens screenshots \
	access
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' Makefile

run: ## set up and serve at http://127.0.0.1:8000 (PORT=, DATA_DIR=, DATABASE_URL=, REDIS_URL= change it)
	@$(GROUND) run

test: ## set up and run the tests; ARGS="tests/grid -x" picks, REQUIRE_ALL=1 makes a skip a failure
	@$(GROUND) test $(ARGS)

check: ## style, templates, import direction, types, migrations and translations
	@$(GROUND) check

format: ## put code and templates into the house's form
	@$(GROUND) format

manage: ## run a management command on the data of `make run`: make manage CMD="createsuperuser"
	@$(GROUND) manage $(CMD)

messages: ## collect new texts into locale/ (needs gettext)
	@$(GROUND) messages

bench-requests: ## measure what must be fast; its last line is one JSON object
	@$(GROUND) bench-requests $(ARGS)

bench-clocks: ## measure the clocks with real processes; ARGS="--scale 0.01" tries it out
	@$(GROUND) bench-clocks $(ARGS)

bench-assessment: ## measure months, rankings and files; ARGS="--scale 0.01" tries it out
	@$(GROUND) bench-assessment $(ARGS)

bench-screens: ## measure the pages, the live stream and the map (needs Chromium); ARGS="--scale 0.01" tries it out
	@$(GROUND) bench-screens $(ARGS)

screenshots: ## pictures of every page into tests/screenshots/ (needs Chromium)
	@$(GROUND) screenshots $(ARGS)

access: ## whether everybody can use every page of a running demonstration (needs Chromium); its last line is one JSON object
	@$(GROUND) access $(ARGS)
