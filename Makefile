# Plain `make` lists what there is.
APPLICATIONS ?= 100000
PYTEST = .venv/bin/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal
.DEFAULT_GOAL = help
.PHONY: help demo test sure format lint bench lock readme doctor clean

help:
	@echo "make demo     start the whole program with example data; Ctrl-C ends it"
	@echo "make test     run the tests on SQLite with a real browser, then on PostgreSQL (ARGS='-k name')"
	@echo "make sure     formatting, types, import rules and all tests: run it before you commit"
	@echo "make format   put the code in its usual form"
	@echo "make lint     formatting, types and import rules, without the tests"
	@echo "make bench    measure with many applications (APPLICATIONS=100000)"
	@echo "make lock     renew the locked package versions"
	@echo "make readme   write the workflow table into the README"
	@echo "make doctor   say what this machine still lacks"
	@echo "make clean    remove .venv and caches; never instance/"

demo:
	@scripts/setup run
	@exec .venv/bin/onboarding demo

# Both runs are always seen; one failure fails the whole.
test:
	@scripts/setup test
	@result=0; \
	echo "== SQLite, with browser"; $(PYTEST) --database sqlite $(ARGS) || result=1; \
	echo "== PostgreSQL"; $(PYTEST) --database postgresql -m "not browser" $(ARGS) || result=1; \
	exit $$result

sure: lint test

format:
	@scripts/setup dev
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

lint:
	@scripts/setup dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/djlint --lint --quiet templates

bench:
	@scripts/setup bench
	@exec .venv/bin/python -m bench --applications $(APPLICATIONS) $(ARGS)

LOCK = .venv/bin/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links --annotation-style line --quiet
lock:
	@scripts/setup dev
	$(LOCK) requirements-build.in -o requirements-build.lock
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml --extra dev --constraints requirements.lock -o requirements-dev.lock

readme:
	@scripts/setup run
	@.venv/bin/onboarding workflow --write README.md

doctor:
	@scripts/setup run
	@exec .venv/bin/onboarding doctor

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .grimp_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
