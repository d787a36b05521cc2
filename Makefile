# saji: every target sets up what it needs, so each works alone on a fresh machine.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test pictures requirements fdir commanding campaign fault-campaign power-loss bench lint wheel clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## virtual environment with everything (about a minute the first time)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "saji needs Python 3.11 or later; call make PYTHON=/path/to/python"; exit 2; }
	@echo "setting up $(VENV) (about a minute, once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[all,test,lint]'
	@touch $@

demo: $(READY) ## fly both missions in simulation; leaves out/demo/report.html with pictures and data beside it
	@$(BIN)/saji-hil demo

test: $(READY) ## the whole suite
	@$(BIN)/pytest -n 2 --dist worksteal -m "not realtime"
	@$(BIN)/pytest -m realtime  # one at a time: clients of others time out where two starve each other

lint: $(READY) ## ruff, mypy --strict, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tests/lint_length.py

pictures: $(READY) ## docs/pictures and docs/mission.png anew: both missions' scenes as their cameras see them, and a mission's traces
	@mkdir -p docs/pictures
	@for mission in m1_lander m2_rover; do for scene in before digging full after; do \
	  $(BIN)/saji-hil picture --mission $$mission --scene $$scene --out docs/pictures/$${mission}_$$scene.jpg || exit 1; \
	done; done
	@$(BIN)/saji-hil demo --mission m1_lander --out out/pictures && cp out/pictures/m1_lander/mission.png docs/mission.png

requirements: $(READY) ## docs/requirements.md anew
	@$(BIN)/python tests/requirements.py

fdir: $(READY) ## docs/fdir.md anew
	@$(BIN)/python tests/fdir_document.py

commanding: $(READY) ## the table of docs/commanding.md anew
	@$(BIN)/python tests/commanding_document.py

bench: $(READY) ## ratios against peers, measured in the same run
	@for program in tests/bench/*.py; do echo "== $$program"; $(BIN)/python $$program || exit 1; done

RUNS ?= 200
campaign: $(READY) ## fly RUNS=200 seeds of both missions; leaves docs/campaign.md (some 10 minutes)
	@$(BIN)/saji-hil campaign --runs $(RUNS) --page docs/campaign.md

fault-campaign: $(READY) ## every fault in every phase of both missions; leaves docs/fault-campaign.md (half an hour)
	@$(BIN)/saji-hil fault-campaign --page docs/fault-campaign.md

power-loss: RUNS = 300
power-loss: $(READY) ## cut the power of RUNS=300 missions at a random frame; leaves docs/power-loss.md (some minutes)
	@$(BIN)/saji-hil power-loss --runs $(RUNS) --page docs/power-loss.md

wheel: $(READY) ## dist/saji-*.whl
	@$(BIN)/python -m build --wheel

clean: ## remove what was made
	rm -rf $(VENV) out dist build
