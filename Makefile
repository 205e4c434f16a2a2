# Closeloop: what one does here. `make` alone lists it.
PYTHON ?= python3
BIN := .venv/bin
# Arguments for pytest, for example: make test ARGS="chassis/tests -k journal"
ARGS ?=
# Processes that test at the same time
WORKERS ?= auto

MEMBERS := $(sort $(dir $(wildcard contracts/pyproject.toml chassis/pyproject.toml services/*/pyproject.toml \
	connectors/*/pyproject.toml deploy/*/pyproject.toml procedures/*/pyproject.toml)))
SOURCES := $(wildcard contracts chassis services connectors deploy procedures tests bench conftest.py)

.DEFAULT_GOAL := help
.PHONY: help run demo test check fmt schemas migration clauses bench bench-long faults lock clean setup setup-test

help:
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: setup ## starts everything on this machine and prints where it is
	@$(BIN)/closeloop up

DATA := procedures/property-centre/data
demo: setup ## replays 500 real cases with simulated staff, prints the figures and leaves the site up
	@$(BIN)/closeloop replay $(DATA)/tainan1999_cases_2019.csv --mapping $(DATA)/tainan1999.yaml --procedure P03 --staff 9 \
		--first 500 --until 2019-02-02 --data data/demo --port $${CLOSELOOP_PORT:-8300} --stay

test: setup-test ## passes the tests on SQLite and PostgreSQL (ARGS="…" for some of them)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope $(ARGS)

check: setup-test ## format, lint, strict types, borders
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary $(SOURCES)
	@$(BIN)/lint-imports --no-cache > .venv/borders.txt || { cat .venv/borders.txt; exit 1; }

fmt: setup-test ## puts the code into the usual form
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

schemas: setup-test ## writes the JSON Schemas and AsyncAPI of the contracts
	@$(BIN)/python -m closeloop.contracts.generate $(ARGUMENTS)

migration: setup-test ## writes a migration from the rows of a service: make migration SERVICE=dispatch NAME="what changed"
	@test -n "$(SERVICE)" -a -n "$(NAME)" || { echo 'make migration needs SERVICE=… and NAME="…"' >&2; exit 2; }
	@$(BIN)/python -m closeloop.chassis.migrating "$(SERVICE)" "$(NAME)"

clauses: setup-test ## shows every clause with its binding and its tests (OF=P02: of one pack; MUTATE=1: takes each away)
	@$(BIN)/python -m tests.clauses.report $(if $(MUTATE),--mutate) $(if $(OF),--of $(OF)) --workers $(WORKERS) $(ARGS)

bench: setup-test ## measures against the bare limits and writes bench/results.json
	@$(BIN)/python -m bench $(ARGS)

bench-long: setup-test ## measures what takes long: the loop for ten minutes, everything at 1,000,000 cases
	@$(BIN)/python -m bench --long $(ARGS)

faults: setup-test ## the long form of the faults: kills, floods, hours of work …, with their bounds (ARGS="overload-sqlite" for some)
	@$(BIN)/python -m tests.faults.long $(ARGS)

EXPORT = $(BIN)/uv export --quiet --frozen --no-header --no-annotate --no-emit-workspace --format requirements-txt
lock: setup-test ## chooses newest fitting versions and writes the requirements*.lock with their hashes
	@$(BIN)/uv lock --quiet --upgrade
	@$(EXPORT) --only-group setup -o requirements-setup.lock > /dev/null
	@$(EXPORT) --all-packages --no-default-groups -o requirements.lock > /dev/null
	@$(EXPORT) --all-packages --all-groups -o requirements-dev.lock > /dev/null
	@! grep -nE '://' requirements*.lock

clean: ## removes what can be made again; data folders stay
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist uv.lock
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup:
	@$(PYTHON) deploy/install.py run

setup-test:
	@$(PYTHON) deploy/install.py test
