"""Each import contract is proven by a planted fault; the tree itself is held by test_static."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT

LINT = Path(sys.executable).parent / "lint-imports"
PLANTED = [
    ("bot/services/deciding.py", "import bot.adapters.rasa_nlu", "imports point one way"),
    ("bot/terminal/asking.py", "import bot.telegram.pump", "imports point one way"),
    ("bot/messages/conversation.py", "import bot.services.deciding", "imports point one way"),
    ("bot/settings.py", "import bot.db", "imports point one way"),
    ("bot/services/deciding.py", "import telegram", "telegram only in its face and its sender"),
    ("bot/services/deciding.py", "import httpx", "httpx only in adapters"),
    ("bot/adapters/rasa_nlu.py", "import rasa", "rasa only in nlu"),
    ("nlu/normalizing.py", "import bot.states", "nlu knows nothing of the bot"),
]


@pytest.mark.parametrize(("file", "planted", "contract"), PLANTED)
def test_planted_import_breaks_its_contract(tmp_path: Path, file: str, planted: str, contract: str) -> None:
    for folder in ("bot", "nlu"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=lambda _, names: [n for n in names if n.endswith(".yml")]
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    path = tmp_path / file
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{planted}\n", encoding="utf-8")
    done = subprocess.run([str(LINT), "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert f"{contract} BROKEN" in done.stdout, done.stdout + done.stderr


def find_environment_reads(source: str) -> list[int]:
    """Return the lines that touch the environment."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb", "putenv"}
    ]


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "bot").rglob("*.py")
        if find_environment_reads(path.read_text(encoding="utf-8"))
    }
    assert readers == {"bot/settings.py"}


@pytest.mark.parametrize("planted", ["import os\nos.environ['X']", "import os\nos.getenv('X')"])
def test_planted_read_of_the_environment_is_found(planted: str) -> None:
    assert find_environment_reads(planted) == [2]
