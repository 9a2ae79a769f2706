"""The circle as people walk it: a question nobody knows, released, resolved in the terminal, told on Telegram."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.adapters.system_clock import SystemClock
from bot.cli import app
from bot.models import Account, Chat, ReviewItem
from bot.services.claiming_items import claim_item
from bot.services.managing_accounts import add_account
from bot.services.managing_notices import pause_bot, resume_bot
from bot.services.reviewing import add_item, resolve
from bot.settings import get_settings
from bot.states import Resolution, ReviewStatus, Role
from bot.telegram.running import TelegramProcess
from tests.conftest import StandingClock
from tests.e2e.conftest import Stage

ANA = 7
QUESTION = "Wie wird das Wetter morgen?"


@pytest.fixture
def terminal(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that runs `bot review ...` on the stage's database, as a volunteer would."""
    monkeypatch.setenv("VAR_DIR", str(stage.settings.var_dir))
    monkeypatch.setenv("DATABASE_URL", stage.settings.database_url or "")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)  # no .env lies here
    get_settings.cache_clear()
    runner = CliRunner()

    async def run(*arguments: str) -> Any:
        return await asyncio.to_thread(runner.invoke, app, ["review", *arguments])

    yield run
    get_settings.cache_clear()


async def release(stage: Stage) -> None:
    """Release a question; the person is told what comes of it."""
    thanks = (await stage.release(ANA, QUESTION))[-1]["text"]
    assert "Wie lange es dauert" in thanks
    assert "nach drei Tagen" in thanks


def number(process: TelegramProcess) -> str:
    with process.services.database.reading() as session:
        return str(session.query(ReviewItem).one().id)


@pytest.mark.usefixtures("day")
async def test_question_is_answered_by_a_volunteer_and_told_on_telegram(stage: Stage, terminal: Any) -> None:
    async with stage.bot() as process:
        await release(stage)
        listed = await terminal("list")
        assert QUESTION in listed.output
        assert "1 open" in listed.output
        done = await terminal("answer", number(process), "Morgen scheint die Sonne.", "--by", "Ana")
        assert done.exit_code == 0, done.output
        told = (await stage.replies(ANA, 4))[-1]["text"]
    assert "Morgen scheint die Sonne." in told
    assert "nicht von der Stadt" in told
    assert "0 open" in (await terminal("list")).output


async def test_nobody_is_written_to_at_night(stage: Stage, day: StandingClock, terminal: Any) -> None:
    async with stage.bot() as process:
        await release(stage)
        day.move(hours=12)
        await terminal("refer", number(process), "caritas-ibbz", "--by", "Ana")
        assert process.telling.tell_all() == 0
        assert len(stage.api.calls("sendMessage")) == 3
        day.move(hours=12)
        told = (await stage.replies(ANA, 4))[-1]["text"]
    assert "Caritas" in told


async def test_after_three_days_counselling_is_named(stage: Stage, day: StandingClock) -> None:
    async with stage.bot():
        await release(stage)
        day.move(hours=72)
        sorry, people = (await stage.replies(ANA, 5))[-2:]
    assert QUESTION in sorry["text"]
    assert "Caritas" in people["text"]


async def test_person_who_blocked_the_bot_is_not_written_to(stage: Stage, day: StandingClock, terminal: Any) -> None:
    async with stage.bot() as process:
        await release(stage)
        with process.services.database.writing() as session:
            session.query(Chat).one().blocked_at = day.now()
        await terminal("answer", number(process), "Ja.", "--by", "Ana")
        process.telling.tell_all()
        with process.services.database.reading() as session:
            item = session.query(ReviewItem).one()
        assert (item.status, item.told_at) == (ReviewStatus.RESOLVED, day.now())
    assert len(stage.api.calls("sendMessage")) == 3


@pytest.mark.usefixtures("day")
async def test_delete_takes_the_question_from_the_volunteers(stage: Stage, terminal: Any) -> None:
    async with stage.bot() as process:
        await release(stage)
        item = number(process)
        stage.api.send_text(ANA, "/mydata", language_code="de")
        data = (await stage.replies(ANA, 4))[-1]
        assert QUESTION in data["text"]
        stage.api.send_text(ANA, "/delete", language_code="de")
        question = (await stage.replies(ANA, 5))[-1]
        stage.api.press(ANA, question["message_id"], "delete:yes")
        await stage.replies(ANA, 6)
        late = await terminal("answer", item, "Zu spät.", "--by", "Ana")
        assert "no open question" in str(late.exception)
        assert process.telling.tell_all() == 0


@pytest.mark.usefixtures("day")
async def test_terminal_refuses_what_is_amiss(stage: Stage, terminal: Any) -> None:
    async with stage.bot() as process:
        await release(stage)
        item = number(process)
        for arguments, problem in (
            (("answer", item), "either the text"),
            (("answer", item, "Ja.", "--topic", "find_flat"), "either the text"),
            (("answer", item, "Ja.", "--by", "Nobody"), "--by NAME"),
            (("answer", item, "--topic", "greet"), "no topic greet"),
            (("refer", item, "nowhere"), "no place nowhere"),
            (("dismiss", item, "--reason", "answer"), "unclear or as spam"),
            (("answer", "99", "Ja."), "no open question 99"),
        ):
            failed = await terminal(*arguments)
            assert problem in str(failed.exception) + failed.output, arguments
        with process.services.database.reading() as session:
            assert session.query(ReviewItem).one().status is ReviewStatus.PENDING


@pytest.mark.usefixtures("day")
async def test_terminal_keeps_to_the_rules_of_the_desk(stage: Stage, terminal: Any) -> None:
    async with stage.bot() as process:
        await release(stage)
        item, now = number(process), SystemClock().now()  # the terminal has no other clock
        with process.services.database.writing() as session:
            add_account(session, "Bob", Role.VOLUNTEER, ["de"], now)
            add_account(session, "Olha", Role.TRANSLATOR, ["de"], now)
            add_account(session, "Uri", Role.VOLUNTEER, ["uk"], now)
            claim_item(session, int(item), session.query(Account).filter_by(name="Bob").one(), now)
        for name, problem in (("Ana", "somebody else has"), ("Olha", "--by NAME"), ("Uri", "no open question")):
            failed = await terminal("answer", item, "Ja.", "--by", name)
            assert problem in str(failed.exception) + failed.output, name
        waits = await terminal("answer", item, "Ja.", "--by", "Bob")
        assert "reads this answer at the desk first" in waits.output
        assert process.telling.tell_all() == 0


async def test_paused_bot_tells_askers_nothing_and_later_all(stage: Stage, terminal: Any, day: StandingClock) -> None:
    async with stage.bot() as process:
        await release(stage)
        with process.services.database.writing() as session:
            pause_bot(session, {"de": "Heute Pause."}, "Eva", day.now())
        await process.following.follow()
        assert process.services.conversation.paused
        await terminal("answer", number(process), "Ja.", "--by", "Ana")
        assert process.telling.tell_all() == 0
        with process.services.database.writing() as session:
            resume_bot(session, day.now())
        await process.following.follow()
        told = (await stage.replies(ANA, 4))[-1]["text"]
    assert "Ja." in told


async def test_item_that_cannot_be_told_keeps_nobody_waiting(stage: Stage, terminal: Any, day: StandingClock) -> None:
    async with stage.bot() as process:
        await release(stage)
        broken = int(number(process))
        with process.services.database.writing() as session:
            item = session.get_one(ReviewItem, broken)
            vault, key = process.services.vault, item.chat_key
            other = add_item(session, key, "de", "Und morgen?", (), vault, day.now()).id
        await terminal("answer", str(other), "Auch.", "--by", "Ana")
        with process.services.database.writing() as session:
            item = session.get_one(ReviewItem, broken)
            resolve(session, item, Resolution.ANSWER, b"sealed with another key", "Ana", day.now())
        told = (await stage.replies(ANA, 4))[-1]["text"]
        with process.services.database.reading() as session:
            assert session.get_one(ReviewItem, broken).told_at is None
    assert "Auch." in told
