# Thin: everything is in packaging/bootstrap.py, which Windows runs directly (python packaging\bootstrap.py run).
# The environment's own Python is used once there is one; it starts faster than a version manager's stand-in.
PYTHON ?= $(if $(wildcard .venv/bin/python),.venv/bin/python,python3)
BOOTSTRAP = $(PYTHON) packaging/bootstrap.py
OUT ?= screenshots-out
ARGS ?=

# Set on some machines; without stored bytecode every start takes many seconds more.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run setup test lint bench screenshots pin clean
.DEFAULT_GOAL := help

help: ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 20

run: ## open the window (the first time: set everything up)
	@$(BOOTSTRAP) run $(ARGS)

setup: ## set up only
	@$(BOOTSTRAP) setup

test: ## run all tests; make test ARGS="-k name" some of them
	@$(BOOTSTRAP) test $(ARGS)

lint: ## check style, types and import rules
	@$(BOOTSTRAP) lint

bench: ## measure the figures
	@$(BOOTSTRAP) bench $(ARGS)

screenshots: ## draw every page into a folder; make screenshots OUT=folder
	@$(BOOTSTRAP) screenshots $(OUT)

pin: ## write the environment's versions into packaging/constraints.txt
	@$(BOOTSTRAP) pin

clean: ## remove what the set-up made
	@$(BOOTSTRAP) clean
