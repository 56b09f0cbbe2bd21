# All commands of the project; `make` alone lists them.

EVENT ?= events/flow_voice.json
HOST ?= 127.0.0.1
PORT ?= 5005
CONFIG ?= default
SCALE ?= 1
SBOM ?= .aws-sam/sbom.cdx.json

PYTHONS := python3.13 python3.14 python3.12 python3 python
SUPPORTED := import sys, venv, ensurepip; v = sys.version_info[:3]; sys.exit(not (3, 12) <= v[:2] <= (3, 14) or v == (3, 14, 1))
PYTHON ?= $(firstword $(foreach name,$(PYTHONS),$(shell $(name) -c '$(SUPPORTED)' >/dev/null 2>&1 && echo $(name))))
BIN := .venv/bin
READY := .venv/ready
SAM ?= $(or $(shell command -v sam),.venv-sam/bin/sam)
CHROMIUM ?= $(firstword $(foreach name,chromium chromium-browser google-chrome,$(shell command -v $(name))))
CHECKOV := .venv-checkov/bin/checkov
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links
compile = $(COMPILE) $(2) pyproject.toml -o $(1)/src/requirements.txt && \
	$(COMPILE) $(2) pyproject.toml --group dev -c $(1)/src/requirements.txt -o $(1)/requirements/dev.txt && \
	$(COMPILE) $(2) --group browser -c $(1)/requirements/dev.txt -o $(1)/requirements/browser.txt && \
	$(COMPILE) $(2) --group sam -o $(1)/requirements/sam.txt && \
	$(COMPILE) $(2) --group checkov -o $(1)/requirements/checkov.txt && \
	$(COMPILE) $(2) --group bench -o $(1)/requirements/bench.txt
export SAM_CLI_TELEMETRY := 0
export CHROMIUM
# The indirection keeps `make -n deploy` from running the command, as make does with a recipe that has MAKE in it.
BUILD := $(MAKE) --no-print-directory build
ASKED = --stack "$$STACK" --region "$$REGION" --profile "$$PROFILE"
CONFIRM ?= $(if $(CI),no)
override PARAMETERS := $(value PARAMETERS)
# Many shells have a LANGUAGE for gettext, which is not that of the callers.
GIVEN_LANGUAGE = $(if $(filter command,$(origin LANGUAGE)),$(LANGUAGE))
export DAYS EVENT STACK REGION PROFILE TO RELATED FORCE INSTANCE NUMBER QUEUE COUNTRY PARAMETERS CONFIRM

# A misspelled variable would be ignored silently. Those of `run` and `simulator` are settings and scenarios, too.
VARIABLES := ARGS CHROMIUM CONFIG CONFIRM COUNTRY DAYS EVENT FORCE HOST INSTANCE LANGUAGE NUMBER ONLY PARAMETERS PORT \
	PROFILE PYTHON QUEUE REGION RELATED SAM SBOM SCALE STACK TO UPGRADE
FOREIGN := CI SHELL AWS_% PIP_% PYTEST_% SAM_% UV_% %_PROXY %_proxy
named = $(patsubst %:,%,$(firstword $(subst =, ,$(1))))
given = $(foreach each,$(-*-command-variables-*-),$(if $(filter command,$(origin $(call named,$(each)))),$(call named,$(each))))
nearest = $(shell $(PYTHON) -c 'import difflib, sys; print(*difflib.get_close_matches(sys.argv[1].upper(), sys.argv[2:], 1))' '$(subst ',,$(1))' $(VARIABLES))
hint = $(if $(1),did you mean $(1)=?,the variables are $(VARIABLES))
ifeq ($(MAKELEVEL)$(filter run simulator,$(MAKECMDGOALS)),0)
UNKNOWN := $(firstword $(filter-out $(VARIABLES) $(FOREIGN),$(given)))
$(if $(UNKNOWN),$(error Unknown variable $(UNKNOWN)= ($(call hint,$(call nearest,$(UNKNOWN))))))
endif

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(READY) ## Deflect the call of EVENT=events/flow_voice.json to an SMS contact, in the simulator
	@PYTHONPATH=src $(BIN)/python -m connect_simulator.cli.run_events deflection.handler.lambda_handler -- "$$EVENT"

unit: $(READY) ## Run the unit tests of the function, in seconds
	@$(BIN)/pytest tests/unit

test: $(READY) ## Run all tests in parallel, with coverage
	@$(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal --cov --cov-report=term

prove: $(READY) $(SAM) ## Run the long proofs and write their results into docs/reliability.md; SCALE=0.1 runs a tenth of each, ONLY=death those with that name, and then it only prints
	@rm -f .cache/proofs.jsonl
	@SAM=$(SAM) SCALE=$(SCALE) $(BIN)/pytest tests -m "proof or hypothesis" --timeout 1800 -k "$(ONLY)"
	@test ! -f .cache/proofs.jsonl || $(BIN)/python -m bench.proofs $(if $(ONLY),,$(if $(filter 1,$(SCALE)),--write))

browser: .venv/browser ## Test the simulator's page in CHROMIUM=/usr/bin/chromium, and take its pictures for docs/
	@test -x "$$CHROMIUM" || { echo "Missing: Chromium (Debian: apt-get install chromium)," \
	  "or say where it is: make browser CHROMIUM=/path/to/chromium"; exit 1; }
	@$(BIN)/pytest tests/browser -m browser

check: lint test ## Run the linters and the tests; writes nothing

lint: $(READY) $(SAM) $(CHECKOV) ## Check style, types, the import rules, the reference, the template and the pins; writes nothing
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@PYTHONPATH=src:ops $(BIN)/lint-imports --no-cache --no-logo
	@PYTHONPATH=src:ops $(BIN)/python -m deflection_docs --check
	@$(SAM) validate --lint
	@$(BIN)/cfn-lint template.yaml --append-rules cfn_lint_serverless.rules
	@$(CHECKOV) --file template.yaml --framework cloudformation --skip-download --compact --quiet
	@copy=$$(mktemp -d) && trap 'rm -rf '"$$copy" EXIT && mkdir $$copy/src $$copy/requirements && \
	  cp src/requirements.txt $$copy/src && cp requirements/*.txt $$copy/requirements && $(call compile,$$copy,) && \
	  diff $$copy/src/requirements.txt src/requirements.txt && diff -r $$copy/requirements requirements || \
	  { echo "The pins do not match pyproject.toml; run make pins"; exit 1; }

simulator: $(READY) ## Keep the simulator running, on HOST=127.0.0.1 PORT=5005
	@PYTHONPATH=src $(BIN)/connect-simulator --host $(HOST) --port $(PORT) --handler deflection.handler.lambda_handler --template template.yaml

flows: $(READY) ## Write the flows and prompts of flows/ into template.yaml
	@$(BIN)/python flows/embed.py

docs: $(READY) ## Write docs/reference.md from the code and the template
	@PYTHONPATH=src:ops $(BIN)/python -m deflection_docs

build: $(SAM) ## Build the function with SAM; CONFIG=arm64 for that architecture, ARGS=--use-container without Python 3.13
	@$(SAM) build --config-env $(CONFIG) $(ARGS)

audit: $(READY) ## Ask PyPI for known vulnerabilities of the deployed packages; says so if PyPI does not answer
	@$(BIN)/python .ci/audit

sbom: $(READY) ## Write the bill of materials of the deployed packages (CycloneDX) to SBOM=.aws-sam/sbom.cdx.json
	@mkdir -p $(dir $(SBOM))
	@$(BIN)/cyclonedx-py requirements src/requirements.txt --output-reproducible --output-file $(SBOM)

deploy: $(READY) ## Build and deploy; asks for INSTANCE= NUMBER= QUEUE= COUNTRY= if they are missing; CONFIRM=no deploys without asking
	@PYTHONPATH=src:ops $(BIN)/python -m deflection_ops.deploy --instance "$$INSTANCE" --number "$$NUMBER" --queue "$$QUEUE" \
	  --country "$$COUNTRY" --language "$(GIVEN_LANGUAGE)" --parameters "$$PARAMETERS" --confirm "$$CONFIRM" --sam $(SAM) \
	  --config "$(CONFIG)" --build "$(BUILD)" $(ASKED)

doctor: $(READY) ## Check a deployed stack for common problems, read-only: STACK=name
	@PYTHONPATH=src:ops $(BIN)/python -m deflection_ops.doctor $(ASKED) $(ARGS)

report: $(READY) ## Count the results of a stack's messages: STACK=name DAYS=7; ARGS=--csv as CSV
	@PYTHONPATH=src:ops $(BIN)/python -m deflection_ops.funnel_report $(ASKED) --days "$$DAYS" $(ARGS)

smoke: $(READY) ## Send at most two real messages through a deployed stack: STACK=name TO=+number
	@PYTHONPATH=src:ops $(BIN)/python -m deflection_ops.smoke $(ASKED) --to "$$TO" --related "$$RELATED" \
	  --force "$$FORCE" $(ARGS)

bench-queue: $(READY) ## Measure how fast the queue is, in about five minutes; writes docs/events.md
	@PYTHONPATH=.:simulator:tests $(BIN)/python -m bench.throughput $(ARGS)
	@PYTHONPATH=.:src:simulator:tests $(BIN)/python -m bench.burst $(ARGS)

bench: $(READY) $(SAM) .venv-bench/ready ## Measure it against a ten-line function, in about seven minutes; writes docs/reliability.md and docs/events.md; ARGS=--busy beside other work
	@PYTHONPATH=.:simulator:tests $(BIN)/python -m bench --sam $(SAM) --python .venv-bench/bin/python $(ARGS)
	@PYTHONPATH=.:simulator:tests $(BIN)/python -m bench.throughput
	@PYTHONPATH=.:src:simulator:tests $(BIN)/python -m bench.burst

pins: $(READY) ## Compile the pinned requirements again; UPGRADE=1 takes the newest versions
	@$(call compile,.,$(if $(UPGRADE),--upgrade))

clean: ## Remove everything that was set up or built
	@rm -rf .venv .venv-sam .venv-checkov .venv-bench .aws-sam .cache .hypothesis

.PHONY: help run unit test prove browser check lint simulator flows docs build audit sbom deploy doctor report smoke bench bench-queue pins clean

$(READY): requirements/dev.txt simulator/pyproject.toml
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(SUPPORTED)' >/dev/null 2>&1 || { \
	  echo "Missing: Python 3.12, 3.13 or 3.14 (but not 3.14.1) with venv (Debian: apt-get install python3-venv)."; \
	  echo "Found: $(or $(PYTHON),python3), $$($(or $(PYTHON),python3) --version 2>/dev/null || echo which does not run)."; \
	  echo "Install one, or say which: make run PYTHON=/path/to/python3.13"; exit 1; }
	@echo "Setting up .venv, once (about a minute)..."
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e simulator
	@touch $@

.venv/browser: requirements/browser.txt $(READY)
	@echo "Setting up Playwright in .venv, once..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/browser.txt
	@touch $@

# Tools whose requirements conflict with those of the tests; each has an environment of its own.
# The pip that Python 3.12.1 brings cannot resolve a pin with extras; a newer one can, and knows the user's mirrors.
define tool
@echo "Setting up $(1) in .venv-$(1), once..."
@$(BIN)/python -m venv --clear .venv-$(1)
@.venv-$(1)/bin/python -m pip install -qq --disable-pip-version-check --upgrade pip
@.venv-$(1)/bin/python -m pip install -qq --require-hashes -r requirements/$(1).txt
@touch $@
endef

.venv-sam/bin/sam: requirements/sam.txt | $(READY)
	$(call tool,sam)

$(CHECKOV): requirements/checkov.txt | $(READY)
	$(call tool,checkov)

.venv-bench/ready: requirements/bench.txt
	@python3.13 -m venv --clear .venv-bench || { echo "Missing: python3.13, which Lambda runs the function with."; exit 1; }
	@.venv-bench/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@
