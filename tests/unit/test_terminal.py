"""The conversation in the terminal, as a pipe sees it."""

from io import StringIO

import pytest
from rich.console import Console

from bot.bootstrap import build_conversation
from bot.services import evaluating
from bot.settings import ROOT, Settings
from bot.terminal.chatting import chat
from tests.fakes.scripted_nlu import ScriptedNlu


async def talk(*lines: str) -> str:
    screen = StringIO()
    conversation = build_conversation(Settings(_env_file=None, content_dir=ROOT / "content"), ScriptedNlu())
    await chat(conversation, lines, Console(file=screen, width=200))
    return screen.getvalue()


async def test_question_is_answered_in_its_language_with_source() -> None:
    said = await talk("Де можна вивчити німецьку?")
    assert "> Де можна вивчити німецьку?" in said
    assert "Вивчати німецьку" in said
    assert "Одне з джерел: https://" in said


async def test_number_presses_the_button() -> None:
    said = await talk("3", "/quit", "Wo kann ich Deutsch lernen?")
    assert "أهل" in said or "مرحب" in said
    assert "Deutsch lernen" not in said


async def test_arabic_isolates_latin_runs() -> None:
    said = await talk("أين أجد طبيبا يتكلم العربية؟")
    assert said.count("\u2066") == said.count("\u2069") > 0


async def test_danger_comes_first() -> None:
    assert "112" in await talk("Ich will mich umbringen")


@pytest.mark.parametrize("line", ["999", "/nothing", "?", "ا" * 4000])
async def test_strange_input_is_survived(line: str) -> None:
    assert await talk(line)


def test_share_and_interval_are_those_of_wilson() -> None:
    low, high = evaluating.Share(8, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert evaluating.Share(0, 0).interval == (0.0, 1.0)
