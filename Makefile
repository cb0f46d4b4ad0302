.PHONY: help venv demo test test-fast soak bench lint language sbom audit lock postgres redis chromium proftpd clients jemalloc

VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/.made-from-lock
AUDIT := .venv-audit
SBOM := sbom.cdx.json
LOCK := --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links --no-annotate \
	--no-header --quiet

help: ## List the targets.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 11

venv: $(DONE) ## Make the virtual environment from requirements.lock.

$(DONE): requirements.lock pyproject.toml
	@echo "1 of 3: making the virtual environment $(VENV)"
	@python3 -m venv --clear $(VENV)
	@echo "2 of 3: installing $$(grep -c == requirements.lock) libraries. The first time takes some minutes; later calls start at once."
	@$(BIN)/pip install --disable-pip-version-check --progress-bar off --require-hashes -r requirements.lock
	@echo "3 of 3: installing remind-etl"
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

demo: $(DONE) ## Take three invented districts from SFTP to the platform; ONCE=1 ends after the table.
	@$(BIN)/remind-etl demo $(if $(ONCE),--once)

# Three workers for two processors: the tests wait a third of their time. With jemalloc, they take a fifth less of a processor.
# Compiled first, because the tests start hundreds of processes, and PYTHONDONTWRITEBYTECODE may be set.
test: $(DONE) lint postgres chromium proftpd clients jemalloc ## Run all that CI runs: ruff, mypy, sqlfluff, the language lint, pytest.
	@$(BIN)/python -m compileall -q remind_etl remind_etl_tests
	LD_PRELOAD=libjemalloc.so.2 $(BIN)/pytest --numprocesses $$(( $$(nproc) * 3 / 2 )) --dist worksteal

test-fast: $(DONE) ## Run the tests that need no process, server, days of a district or many examples: under two minutes.
	$(BIN)/pytest -m "not (server or property or slow or soak)" --numprocesses auto --dist worksteal

soak: $(DONE) postgres redis proftpd clients ## Run each property on 3,000 examples, and hundreds of broken transfers: hours.
	$(BIN)/pytest -m "property or soak" --hypothesis-profile thorough --timeout 0 --numprocesses auto --dist worksteal

bench: $(DONE) ## Measure the job on four days of a district, beside a plain load: SIZE=10k (default), 100k or nyc.
	$(BIN)/python bench/sync.py $(or $(SIZE),10k) $(POSTGRES_URL)

lint: $(DONE) language ## Run ruff, mypy, sqlfluff and the language lint.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --disable-progress-bar --processes 0 remind_etl

language: $(DONE) ## Check the sentences of docs, catalogue and command help.
	$(BIN)/python -m remind_etl_tests.language

$(AUDIT)/.made-from-lock: requirements-audit.lock
	python3 -m venv --clear $(AUDIT)
	$(AUDIT)/bin/pip install --quiet --require-hashes -r requirements-audit.lock
	touch $@

sbom: $(AUDIT)/.made-from-lock ## Write the components of requirements.lock, as CycloneDX JSON, to sbom.cdx.json.
	$(AUDIT)/bin/cyclonedx-py requirements requirements.lock --output-format JSON --output-file $(SBOM)

audit: sbom ## Write sbom.cdx.json, and look up known vulnerabilities of its components (needs the network).
	@echo "Looking up known vulnerabilities. This needs the network: a library that cannot be looked up is a failure."
	$(AUDIT)/bin/pip-audit --requirement requirements.lock --require-hashes --disable-pip --strict

redis: # The soak tests run a real Redis of their own; this makes sure of its program, and starts no service.
	@command -v redis-server >/dev/null || { apt-get update -qq && RUNLEVEL=1 apt-get install -y -qq redis-server; }

postgres: # The tests run a real Postgres of their own; this makes sure that its programs are there.
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || \
		{ apt-get update -qq && apt-get install -y -qq postgresql; }

chromium: # The tests open the SIS Sync pages in a real browser; this makes sure that it is there.
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium; }

PROFTPD := proftpd-core proftpd-mod-crypto proftpd-mod-pgsql proftpd-mod-sqlite

proftpd: # The tests run a real ProFTPD of their own; this makes sure that its modules are there, and starts no service.
	@dpkg -s $(PROFTPD) openssh-client >/dev/null 2>&1 || \
		{ apt-get update -qq && RUNLEVEL=1 apt-get install -y -qq $(PROFTPD) openssh-client; }

jemalloc: # DuckDB asks for much memory in small parts, which this library gives faster.
	@dpkg -s libjemalloc2 >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq libjemalloc2; }

CLIENTS := openssh-server openssh-client rclone lftp curl

clients: # The tests run a real OpenSSH server and upload with usual clients; this makes sure of them, and starts no service.
	@dpkg -s $(CLIENTS) >/dev/null 2>&1 || { apt-get update -qq && RUNLEVEL=1 apt-get install -y -qq $(CLIENTS); }

lock: $(DONE) ## Choose dependencies anew within the ranges of pyproject.toml.
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra postgres --extra workers --extra kubernetes $(LOCK) -o requirements.lock
	$(BIN)/uv pip compile --group audit $(LOCK) -o requirements-audit.lock
