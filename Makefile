# `make` alone lists the targets. The first one that needs an environment creates it in .venv;
# PYTHON=/path/to/python3 chooses the interpreter (after `make clean`, if there is a .venv).

PYTHON  ?=
PYTHONS := $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python3.10 python)
VENV    := .venv
LOCK    := constraints.txt
TRUTH   := .venv-truth
LOCKER  := .venv-lock
SITE    := .venv-site
MUTANTS := .venv-mutants
COUNT   := 1000
LOADS   := 1000000
SEED    := 1
BOMBS   := 0
RARER   := 1
BIN     := $(VENV)/bin
PIP     := -m pip install --quiet --disable-pip-version-check
# An editable install is not compiled; where PYTHONDONTWRITEBYTECODE is set it never would be.
COMPILED = $(BIN)/python -m compileall -q cnncalc
# Older versions of pip look for the build backend's version in the first, newer ones in the second.
LOCKED  := PIP_CONSTRAINT=$(LOCK) PIP_BUILD_CONSTRAINT=$(LOCK)
# A file of tests stays in one process, for what its tests share is computed once.
PYTEST  := $(BIN)/python -m pytest --quiet --numprocesses auto --dist loadfile --durations 10
UV      := $(LOCKER)/bin/uv pip compile --quiet --no-python-downloads --no-annotate --upgrade \
           --custom-compile-command 'make lock'
COMPILE := $(UV) --extra dev pyproject.toml --output-file

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run setup test integration mutants fuzz lint type fmt golden bench kills docs screenshots truth clean
.PHONY: playground site startup lock versions test-latest test-oldest FORCE

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.installed ## install cnncalc into .venv and show it at work on ResNet-50
	@$(BIN)/cnncalc shapes specs/resnet50.yaml

setup: $(VENV)/.dev ## create .venv with cnncalc and the development tools

test: $(VENV)/.dev ## run the tests that are quick, and report the branches they leave out
	@$(PYTEST) -m 'not slow' --cov --cov-report term

integration: $(VENV)/.dev ## run the slow ones, and those with editors, pre-commit and git, as far as these are there
	@$(PYTEST) -m slow -ra

mutants: $(MUTANTS)/.mutants ## change COUNT places of the arithmetic, see which changes the tests find (long)
	@$(MUTANTS)/bin/python -m tools.mutants $(COUNT)

fuzz: $(VENV)/.dev ## load LOADS random specs, drawn with SEED, and hold them to what must be true (long)
	@$(BIN)/python -m tools.fuzz $(LOADS) $(SEED) $(BOMBS) $(RARER)

test-latest: ## lint, check the types and test with the newest version of every dependency
	@$(MAKE) --keep-going VENV=.venv-latest LOCK=.venv-latest/highest.txt versions lint type test integration

test-oldest: ## the same with the oldest versions that pyproject.toml allows
	@$(MAKE) --keep-going VENV=.venv-oldest LOCK=.venv-oldest/lowest-direct.txt versions lint type test integration

versions: $(VENV)/.dev
	@$(BIN)/python -m tools.versions

lint: $(VENV)/.dev ## check style and layout of the code
	@$(BIN)/python -m ruff check
	@$(BIN)/python -m ruff format --check

type: $(VENV)/.dev ## check the types
	@$(BIN)/python -m mypy

fmt: $(VENV)/.dev ## lay the code out and repair what can be repaired
	@$(BIN)/python -m ruff check --fix-only
	@$(BIN)/python -m ruff format

golden: $(VENV)/.dev ## write the expected outputs anew: read the diff before committing it
	@$(BIN)/python -m pytest tests/golden --update

bench: $(VENV)/.dev ## measure the speed
	@$(BIN)/python benchmarks/run.py

kills: $(VENV)/.dev ## kill every command that writes a file, 500 times each (half an hour)
	@$(BIN)/python -m tools.kills

screenshots: $(VENV)/.dev ## write the pictures of pages in the docs anew (needs Chromium and npm)
	@$(BIN)/python -m tools.screenshots

docs: $(VENV)/.dev ## write the generated pages and figures anew
	@$(BIN)/python -m tools.docs
	@$(BIN)/python -m tools.figures
	@$(BIN)/python -m tests.conformance.report

playground: $(VENV)/.dev ## build the page that runs cnncalc in a browser, in build/playground (asks npm)
	@$(BIN)/python -m tools.playground

site: $(VENV)/.dev $(SITE)/.installed ## make a site of the docs, with the playground in it, in build/site
	@$(BIN)/python -m tools.site $(SITE)/bin/python

startup: $(VENV)/.dev ## measure that page in Chromium, for docs/playground.md
	@$(BIN)/python -m tools.playground.measuring

lock: $(LOCKER)/.installed ## choose the newest versions for constraints.txt (installed by all but test-…) and the site
	@$(COMPILE) constraints.txt --universal --python-version 3.10
	@$(UV) tools/site/requirements.in --output-file tools/site/requirements.txt --universal --python-version 3.10

truth: $(TRUTH)/.installed ## ask the real frameworks anew (a large download, a separate .venv-truth)
	@$(TRUTH)/bin/python -m tools.truth $(QUESTION)

clean: ## remove everything the other targets have made
	@rm -rf $(VENV) $(TRUTH) $(LOCKER) $(MUTANTS) $(SITE) .venv-latest .venv-oldest build dist htmlcov
	@rm -rf .benchmarks .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.installed: $(BIN)/python $(BIN)/pip pyproject.toml $(LOCK)
	@echo "installing cnncalc into $(VENV)"
	@$(LOCKED) $(BIN)/python $(PIP) --editable .
	@$(COMPILED)
	@touch $@

$(VENV)/.dev: $(BIN)/python $(BIN)/pip pyproject.toml $(LOCK)
	@echo "installing cnncalc and the development tools into $(VENV)"
	@$(LOCKED) $(BIN)/python $(PIP) --editable '.[dev]'
	@$(COMPILED)
	@touch $(VENV)/.installed $@

# What is newest, and what pyproject.toml allows, may have changed since.
$(VENV)/highest.txt $(VENV)/lowest-direct.txt: $(LOCKER)/.installed FORCE | $(BIN)/python $(BIN)/pip
	@$(COMPILE) $@ --python $(BIN)/python --resolution $(basename $(notdir $@))

$(LOCKER)/.installed: | $(BIN)/python $(BIN)/pip
	@echo "installing uv into $(LOCKER)"
	@$(BIN)/python -m venv --clear $(LOCKER)
	@$(LOCKER)/bin/python $(PIP) 'uv>=0.5'
	@touch $@

$(TRUTH)/.installed: $(BIN)/python $(BIN)/pip tools/truth/requirements.txt
	@echo "installing the frameworks into $(TRUTH)"
	@$(BIN)/python -m venv --clear $(TRUTH)
	@$(TRUTH)/bin/python $(PIP) --requirement tools/truth/requirements.txt
	@touch $@

$(SITE)/.installed: $(BIN)/python $(BIN)/pip tools/site/requirements.txt
	@echo "installing Sphinx into $(SITE)"
	@$(BIN)/python -m venv --clear $(SITE)
	@$(SITE)/bin/python $(PIP) --requirement tools/site/requirements.txt
	@touch $@

# The tests are run by the same interpreter that makes the mutants.
$(MUTANTS)/.mutants: tools/mutants/requirements.txt pyproject.toml $(LOCK)
	@$(MAKE) VENV=$(MUTANTS) setup
	@$(LOCKED) $(MUTANTS)/bin/python $(PIP) --requirement tools/mutants/requirements.txt
	@touch $@

# A `python3.x` that is found may be too old, a launcher without an interpreter behind it, or come
# without the means to make an environment; so each is asked. Two targets, for an environment may
# lose its python when that is upgraded, and has no pip when its creation was interrupted.
$(BIN)/python $(BIN)/pip:
	@found=; for python in $(PYTHONS); do \
	    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || continue; \
	    found="$$python"; \
	    "$$python" -c 'import ensurepip, venv' 2>/dev/null || continue; \
	    echo "creating $(VENV) with $$("$$python" --version) ($$python)"; \
	    exec "$$python" -m venv --clear $(VENV); \
	done; \
	if [ -n "$$found" ]; then \
	    echo "$$found cannot create virtual environments: ensurepip is missing" \
	         "(Debian, Ubuntu: install the package python3-venv)"; \
	else \
	    echo "cnncalc needs Python 3.10 or newer, and none of these is: $(PYTHONS);" \
	         "install one, or name it: make PYTHON=/path/to/python3 $(MAKECMDGOALS)"; \
	fi >&2; \
	exit 1
