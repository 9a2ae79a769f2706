"""`bot ask`: the contract that others measure by."""

import json
import os
import subprocess
from typing import Any

import pytest

from bot.settings import ROOT, Settings

FIELDS = ["text", "language", "decision", "topics", "confidence", "groups"]


def ask(settings: Settings, url: str, text: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "VAR_DIR": str(settings.var_dir), "NLU_URL": url}
    command = [str(ROOT / ".venv" / "bin" / "bot"), "ask"]
    return subprocess.run(
        command, input=text, env=surroundings, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture(scope="module")
def decisions(trained: Settings, nlu_url: str) -> list[dict[str, Any]]:
    questions = [
        {"text": "Де можна вивчити німецьку?"},
        {"text": "Ich habe eine Duldung. Wo finde ich eine Wohnung?"},
        {"text": "بدي دكتور بيحكي عربي"},
        {"text": "Ich will nicht mehr leben"},
        {"text": "Hola, estoy buscando un piso en Magdeburgo, por favor"},
        {"text": "Hallo", "language": "uk"},
    ]
    done = ask(trained, nlu_url, "\n".join(json.dumps(question, ensure_ascii=False) for question in questions))
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["text"] for line in lines] == [question["text"] for question in questions]
    return lines


def test_lines_have_the_agreed_fields(decisions: list[dict[str, Any]]) -> None:
    assert all(list(line) == FIELDS for line in decisions)


def test_questions_are_decided(decisions: list[dict[str, Any]]) -> None:
    seen = [(line["language"], line["decision"], line["topics"], line["groups"]) for line in decisions]
    assert seen == [
        ("uk", "answer", ["german_courses"], []),
        ("de", "answer", ["find_flat"], ["tolerated"]),
        ("ar", "answer", ["find_doctor"], []),
        ("de", "crisis", ["crisis"], []),
        ("es", "unsupported", [], []),
        ("uk", "conversation", ["greet"], []),
    ]


@pytest.mark.parametrize("line", ["no json", '{"txt": "x"}', '{"text": 5}', "[]"])
def test_broken_line_is_named(trained: Settings, nlu_url: str, line: str) -> None:
    done = ask(trained, nlu_url, f'{{"text": "Hallo"}}\n{line}\n')
    assert done.returncode == 2
    assert "line 2" in done.stderr
    assert len(done.stdout.splitlines()) == 1
