# Every command of Lookin. `make` alone lists them. Needs GNU make and Python 3.11 or newer.
#
# PORT=8080         the port to answer on (8000)
# LOOKIN_HOME=DIR   where all data lives (var)
# PYTHON=python3.12 the Python that the environments are made with (python3)
# B=NAME            one benchmark: bench/NAME.py (all)
# T=tests/core      only these Python tests (all)
# U=--upgrade       with lock: take the newest versions

PYTHON ?= python3
NO_PYTHON = Lookin needs Python 3.11 or newer, and “$(PYTHON)” is not here. Install it, or name it: make PYTHON=…
PREPARE = command -v $(PYTHON) >/dev/null || { echo "$(NO_PYTHON)"; exit 1; }; $(PYTHON) -m lookin.site.prepare
BIN = .venv/bin

ifneq ($(PORT),)
export PORT
endif
ifneq ($(LOOKIN_HOME),)
export LOOKIN_HOME
endif

.DEFAULT_GOAL := help
.PHONY: help run demo test check fix bench prepare models lock clean

help: ## list the commands
	@echo "Lookin: a Python notebook workspace for a class or a small team."
	@echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 18
	@echo
	@sed -n 's/^# \([A-Z_]*=.*\)/  \1/p' Makefile

run: ## set up what is missing and serve until Ctrl-C
	@$(PREPARE) run
	@exec $(BIN)/lookin run

demo: ## fill this copy with three people, a class and notebooks
	@$(PREPARE) run
	@exec $(BIN)/lookin demo

test: ## run every test that this machine can run
	@$(PREPARE) test
	@exec $(BIN)/python -m tests.suite $(T)

check: ## style, types, import rules, size budgets, front end
	@$(PREPARE) test
	@exec $(BIN)/python -m tests.checks

fix: ## mend what ruff and biome can mend by themselves
	@$(PREPARE) test
	@exec $(BIN)/python -m tests.checks --fix

bench: ## measure; B=faces runs bench/faces.py alone
	@$(PREPARE) test
	@exec $(BIN)/python -m bench $(B)

prepare: ## only set up what is missing, as run does first
	@$(PREPARE) run

models: ## fetch and convert the face models
	@$(PREPARE) run
	@exec $(BIN)/lookin faces models

lock: ## bring requirements/*.txt and web/package-lock.json in step
	@$(PREPARE) test
	@exec $(BIN)/python requirements/lock.py $(U)

clean: ## remove what set-up made, never data
	rm -rf .venv .venv-kernels .node build web/node_modules web/dist
