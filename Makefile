# What each target does stands in `make help`. POSIX shell, GNU make 3.81 or newer.
.POSIX:
.PHONY: help setup train run test evaluate bench baseline chaos
.DEFAULT_GOAL := help

help: ## this list
	@grep -E '^[a-z]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 12

setup: ## install what is missing: uv, .venv (bot), .venv-nlu (Rasa)
	@./setup.sh

train: setup ## train the NLU model into var/models
	@.venv/bin/bot train

run: setup ## set up, train if there is no model, start everything
	@.venv/bin/bot run

test: setup ## every check and every test
	@.venv/bin/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile

evaluate: setup ## how well the bot understands, per language; writes reports/evaluation.html
	@.venv/bin/bot evaluate

bench: setup ## measure speed and memory (slow); PART=queue measures one part alone
	@.venv/bin/python -m tests.bench $(PART)

baseline: setup ## stock DIET and ours on one fixed subset (slow)
	@.venv/bin/python -m tests.bench.baseline

chaos: setup ## kill and lock things while questions come in (slow)
	@.venv/bin/python -m tests.chaos
