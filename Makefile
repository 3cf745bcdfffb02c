# Two commands do all the set-up: `make report` runs the main job, `make test` runs the tests.
PYTHON ?= python3.11
UV ?= uv
WORKERS ?= 2
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help report test test-all check lock docs benchmarks clean axe

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

report: .venv/ready  ## solve the example corridor and write out/report.html and out/report.pdf
	$(BIN)/corridor report --out out --pdf

test: .venv/ready  ## run the tests that fit in five minutes
	$(BIN)/pytest -n $(WORKERS) -m "not slow"

test-all: test  ## run every test: those of `make test`, then the slow ones
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m slow

check: .venv/ready  ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: .venv/ready  ## write what is made from the code and the case: case format, API, evidence, tutorial, ranges, map
	$(BIN)/python -m tests.data.format_page > docs/case-format.md
	$(BIN)/python -m tests.corridor.api_page > docs/api.md
	$(BIN)/python -m tests.optimize.formulation_page
	$(BIN)/python -m tests.corridor.evidence_page
	$(BIN)/python -m tests.tutorial
	$(BIN)/python -m tests.pages
	$(BIN)/corridor band --keep > /dev/null
	$(BIN)/corridor band --year 2026 --keep > /dev/null
	$(BIN)/corridor report --out out --draws 0
	cp out/map.svg docs/map.svg

benchmarks: .venv/ready build/linopy/ready  ## measure speed and memory; rewrite the tables of benchmarks/README.md
	$(BIN)/python -m benchmarks.run

build/linopy/ready: benchmarks/linopy.lock .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --upgrade --target build/linopy --requirement benchmarks/linopy.lock
	touch $@

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

lock:  ## refresh requirements.lock (needs uv)
	$(UV) pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" --upgrade --quiet --output-file requirements.lock
	$(UV) pip compile benchmarks/linopy.in --constraint requirements.lock --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" --upgrade --quiet \
	    $(addprefix --no-emit-package ,numpy pandas scipy packaging python-dateutil pyyaml tzdata) --output-file benchmarks/linopy.lock

clean:  ## remove what the other targets made, but the documents
	rm -rf .venv build out *.egg-info .hypothesis .mypy_cache .ruff_cache .pytest_cache

AXE := axe-core@4.14.1

axe: build/axe/package/axe.min.js  ## fetch the checker of accessibility, for the tests of pages (needs npm)

build/axe/package/axe.min.js: Makefile
	mkdir -p build/axe
	cd build/axe && tar -xzf "$$(npm pack --silent $(AXE))"
	touch $@

.PHONY: basemap
basemap: .venv/ready  ## remake the base map of the flow map (needs node, npm and a network)
	$(BIN)/python reports/assets/basemap/remake.py

.PHONY: fonts
fonts: .venv/ready  ## remake the fonts of the report (needs npm and a network)
	$(BIN)/python reports/assets/fonts/remake.py

.PHONY: solver
solver: .venv/ready  ## fetch the solver of the report's page (needs npm and a network)
	$(BIN)/python reports/assets/highs/remake.py

.PHONY: kept
kept: .venv/ready  ## compute anew the results that are kept with the bundled case
	for verb in levers growth projects library waterfall validate; do $(BIN)/python -m corridor $$verb --keep > /dev/null || exit 1; done

MINUTES ?= 60
SEED ?= 1

.PHONY: fuzz
fuzz: .venv/ready  ## random corridors asked in two ways, for MINUTES; the smallest that fails is kept and printed
	$(BIN)/python -m tests.fuzz --minutes $(MINUTES) --seed $(SEED)

.PHONY: mutants
mutants: .venv/ready  ## one-point mutations of the certificate, balances and other trusted files, each against its tests
	$(BIN)/python -m tests.mutants

HALVES := "tests/optimize" "tests/model tests/data tests/corridor tests/reports $(wildcard tests/test_*.py)"

.PHONY: coverage
coverage: .venv/ready  ## lines and branches that the fast tests do not take; fails below 95 %
	rm -f .coverage .coverage.*
	printf '%s\n' $(HALVES) | xargs -P $(WORKERS) -I {} sh -c '$(BIN)/coverage run --parallel-mode -m pytest -q -p no:xdist -m "not slow" {}'
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered --fail-under 95
