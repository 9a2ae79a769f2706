"""Ruff, mypy and the import contracts, run as a reader of CONTRIBUTING would run them."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT

BIN = Path(sys.executable).parent


@pytest.mark.parametrize("command", ["ruff check .", "ruff format --check .", "mypy", "lint-imports"])
def test_tool_finds_nothing(command: str) -> None:
    name, *arguments = command.split()
    done = subprocess.run([str(BIN / name), *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
