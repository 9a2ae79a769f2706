"""When the database is locked, Telegram is away, or another bot has the same token."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text

from bot.errors import SettingsError
from bot.models import Counter, InboxRow
from bot.states import JobState
from tests.e2e.conftest import Stage

ANA, BO = 7, 8


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Hold a lock that no writer gets past."""
    engine = create_engine(url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.driver_connection.isolation_level = None  # type: ignore[union-attr]
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
        else:
            connection.execute(text("LOCK TABLE inbox, outbox IN ACCESS EXCLUSIVE MODE"))
        yield
        connection.exec_driver_sql("ROLLBACK")
    engine.dispose()


async def test_danger_is_answered_while_the_database_is_locked_and_the_nlu_away(stage: Stage) -> None:
    stage.nlu.away = True
    async with stage.bot() as process:
        stage.api.send_text(ANA, "/help", language_code="de")
        await stage.replies(ANA, 2)
        with locked(process.services.settings.database):
            stage.api.send_text(ANA, "/privacy", language_code="de")
            stage.api.send_text(BO, "Ich will mich umbringen", language_code="de")
            (reply,) = await stage.replies(BO, 1)
            assert len(stage.api.bot_messages(ANA)) == 2
        assert "112" in reply["text"]
        await stage.replies(ANA, 3)
        await asyncio.to_thread(
            stage.api.wait_for, lambda: process.services.inbox.count(JobState.DONE) == 3, 10, "done"
        )
        with process.services.database.reading() as session:
            counted = {(row.what, row.count) for row in session.query(Counter) if row.what == "crisis"}
    assert counted == {("crisis", 1)}
    assert len(stage.api.bot_messages(BO)) == 1


async def test_update_is_confirmed_only_after_it_is_stored(stage: Stage) -> None:
    async with stage.bot() as process:
        await asyncio.to_thread(stage.api.wait_until_polling)
        with locked(process.services.settings.database):
            update = stage.api.send_text(ANA, "/privacy", language_code="de")
            await stage.call("getUpdates", 2)
            assert [pending["update_id"] for pending in stage.api.pending_updates()] == [update["update_id"]]
        await stage.replies(ANA, 1)
        await asyncio.to_thread(stage.api.wait_until_confirmed, update["update_id"], 10.0)
        with process.services.database.reading() as session:
            assert session.query(InboxRow).count() == 1


async def test_bot_that_comes_second_gives_way_and_the_first_goes_on(stage: Stage) -> None:
    async with stage.bot():
        stage.api.send_text(ANA, "/privacy", language_code="de")
        await stage.replies(ANA, 1)
        await asyncio.to_thread(stage.api.wait_until_polling)
        with pytest.raises(SettingsError, match="another program"):
            async with stage.bot() as second:
                stage.api.fail_next("getUpdates", 409, "Conflict: terminated by other getUpdates request")
                await asyncio.wait_for(second.ended.wait(), 10)
        stage.api.send_text(ANA, "/privacy", language_code="de")
        await stage.replies(ANA, 2)


async def test_refused_token_is_one_clear_line(stage: Stage) -> None:
    stage.api.fail_next("getMe", 401, "Unauthorized")
    with pytest.raises(SettingsError, match="refuses TELEGRAM_BOT_TOKEN"):
        async with stage.bot() as process:
            await asyncio.wait_for(process.ended.wait(), 10)
