# make run    the whole product at http://localhost:8000 (PORT, YINGDA_DATA_DIR change where)
# make test   every check; make lint only the quick ones
# make bench  what it does on this machine, and beside each figure a reference (ARGS="--quick"; docs/performance.md)
# make browsers  the widget's and the console's main way in Firefox and WebKit (installs them where it may)
# make lock   write the lock files anew from requirements/*.in
# make vendor  copy the browser's libraries anew from node_modules into static/vendor
# make backup FILE=…  and  make restore FILE=…   (docs/operating.md)
# make chaos  everything goes wrong at once, and nothing may be lost (ARGS="--minutes 10 --seed 7")
# make clean  remove what the other targets made, the data folder excepted

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv/bin/python
TIED := $(shell command -v setpriv >/dev/null 2>&1 && echo setpriv --pdeathsig TERM --)
COMPILE := $(VENV) -m piptools compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: run test lint bench chaos browsers lock vendor backup restore clean

# Tied to make by the kernel: should make be killed, the product stops too.
run:
	@$(PYTHON) -m runtime.bootstrap run
	@exec $(TIED) $(VENV) manage.py up

test:
	@$(PYTHON) -m runtime.bootstrap test
	@$(VENV) -m runtime.verify all

lint:
	@$(PYTHON) -m runtime.bootstrap lint
	@$(VENV) -m runtime.verify lint

chaos:
	@$(PYTHON) -m runtime.bootstrap lint
	@exec $(TIED) $(VENV) -m bench.chaos $(ARGS)

bench:
	@$(PYTHON) -m runtime.bootstrap lint
	@exec $(TIED) $(VENV) -m bench $(ARGS)

browsers:
	@$(PYTHON) -m runtime.bootstrap browsers
	@exec $(TIED) $(VENV) -m pytest -q tests/browser/other_engines.py $(ARGS)

lock:
	@$(PYTHON) -m runtime.bootstrap lint
	cd requirements && ../$(COMPILE) --output-file base.txt base.in
	cd requirements && ../$(COMPILE) --output-file dev.txt dev.in
	cd requirements && ../$(COMPILE) --output-file node.txt node.in

vendor:
	@$(PYTHON) -m runtime.bootstrap test
	@$(VENV) -m runtime.vendoring

backup:
	@$(VENV) -m runtime.backup make "$(FILE)"

restore:
	@$(VENV) -m runtime.backup restore "$(FILE)"

clean:
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -not -path './.data/*' -prune -exec rm -rf {} +
