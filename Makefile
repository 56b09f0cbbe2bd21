# The one door to the project; `make` alone lists what there is behind it.

EVENT ?= events/flow_voice.json
HOST ?= 127.0.0.1
PORT ?= 5005
CONFIG ?= default

PYTHONS := python3.13 python3.14 python3.12 python3 python
SUPPORTED := import sys, venv, ensurepip; sys.exit(not (3, 12) <= sys.version_info[:2] <= (3, 14))
PYTHON ?= $(firstword $(foreach name,$(PYTHONS),$(shell $(name) -c '$(SUPPORTED)' >/dev/null 2>&1 && echo $(name))))
BIN := .venv/bin
READY := .venv/ready
SAM ?= $(or $(shell command -v sam),.venv-sam/bin/sam)
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links
compile = $(COMPILE) $(2) pyproject.toml -o $(1)/src/requirements.txt && \
	$(COMPILE) $(2) pyproject.toml --group dev -c $(1)/src/requirements.txt -o $(1)/requirements/dev.txt && \
	$(COMPILE) $(2) --group sam -o $(1)/requirements/sam.txt
export SAM_CLI_TELEMETRY := 0

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(READY) ## Turn the call of EVENT=events/flow_voice.json into a text, against the simulator
	@PYTHONPATH=src $(BIN)/python -m connect_simulator.play deflection.handler.lambda_handler $(EVENT)

test: $(READY) ## Run the tests
	@$(BIN)/pytest --cov --cov-report=term

check: $(READY) $(SAM) ## Run everything that CI runs, but for the container; writes nothing
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@PYTHONPATH=src $(BIN)/lint-imports --no-cache --no-logo
	@$(SAM) validate --lint
	@copy=$$(mktemp -d) && trap 'rm -rf '"$$copy" EXIT && mkdir $$copy/src $$copy/requirements && \
	  cp src/requirements.txt $$copy/src && cp requirements/*.txt $$copy/requirements && $(call compile,$$copy,) && \
	  diff $$copy/src/requirements.txt src/requirements.txt && diff -r $$copy/requirements requirements || \
	  { echo "The pins are not what pyproject.toml asks for: make pins"; exit 1; }
	@$(BIN)/pytest --cov --cov-report=term

simulator: $(READY) ## Keep the simulator running, on HOST=127.0.0.1 PORT=5005
	@$(BIN)/connect-simulator --host $(HOST) --port $(PORT)

build: $(SAM) ## Build the function with SAM; CONFIG=arm64 for that architecture
	@$(SAM) build --config-env $(CONFIG)

deploy: build ## Build and deploy, asking for what is not known yet; CONFIG=arm64 for that architecture
	@$(SAM) deploy --config-env $(CONFIG) --guided

pins: $(READY) ## Compile the pinned requirements anew; UPGRADE=1 takes the newest versions
	@$(call compile,.,$(if $(UPGRADE),--upgrade))

clean: ## Remove all that was set up and built
	@rm -rf .venv .venv-sam .aws-sam .cache .hypothesis

.PHONY: help run test check simulator build deploy pins clean

$(READY): requirements/dev.txt simulator/pyproject.toml
	@test -n "$(PYTHON)" || { echo "Missing: Python 3.12, 3.13 or 3.14 with venv (Debian: apt-get install python3-venv)."; exit 1; }
	@echo "Setting up .venv, once..."
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e simulator
	@touch $@

.venv-sam/bin/sam: requirements/sam.txt
	@test -n "$(PYTHON)" || { echo "Missing: Python 3.12, 3.13 or 3.14 with venv (Debian: apt-get install python3-venv)."; exit 1; }
	@echo "Setting up AWS SAM in .venv-sam, once..."
	@$(PYTHON) -m venv --clear .venv-sam
	@.venv-sam/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/sam.txt
	@touch $@
