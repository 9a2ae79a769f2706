"""Links between Telegram and the desk: a chat is connected, a link lets in, a poster opens its topic."""

import asyncio
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bot.cli import app
from bot.languages import TAGS
from bot.models import Account, Chat, InboxRow
from bot.services.deep_links import make_payload
from bot.services.managing_accounts import add_account
from bot.services.sharing_state import find_username
from bot.services.signing_in import find_link, make_link
from bot.settings import get_settings
from bot.states import LinkPurpose, Role
from bot.telegram.running import TelegramProcess
from tests.e2e.conftest import Stage, until

ANA, OTHER = 7, 8
_ADDRESS = re.compile(r"/link/([\w-]+)")


def text_of(message: dict[str, Any]) -> str:
    return str(message["text"])


def make_token(process: TelegramProcess, name: str = "Ana", purpose: LinkPurpose = LinkPurpose.CONNECT) -> str:
    """Register a person if need be and return the token of a link."""
    services = process.services
    with services.database.writing() as session:
        account = session.scalar(select(Account).where(Account.name == name))
        if account is None:
            account = add_account(session, name, Role.ADMIN, ["de"], services.clock.now())
            session.flush()
        return make_link(session, account, purpose, services.clock.now())


async def test_chat_is_connected_and_desk_sends_a_link_that_lets_in(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with stage.bot() as process:
        token = make_token(process)
        stage.api.send_text(ANA, f"/start desk-{token}")
        (connected,) = await stage.replies(ANA, 1)
        stage.api.send_text(ANA, "/desk")
        *_, sent = await stage.replies(ANA, 2)
        services = process.services
        with services.database.reading() as session:
            found = _ADDRESS.search(text_of(sent))
            assert found
            link = find_link(session, found[1], services.clock.now())
            assert link
            assert (link[0].name, link[1]) == ("Ana", LinkPurpose.SIGN_IN)
            assert {row.body for row in session.scalars(select(InboxRow))} == {None}
    assert "verbunden" in text_of(connected)
    assert "connected" in text_of(connected)
    assert stage.settings.desk_address in text_of(sent)
    assert token not in caplog.text
    assert found[1] not in caplog.text


async def test_connecting_link_works_once(stage: Stage) -> None:
    async with stage.bot() as process:
        token = make_token(process)
        stage.api.send_text(ANA, f"/start desk-{token}")
        await stage.replies(ANA, 1)
        stage.api.send_text(OTHER, f"/start desk-{token}")
        (refused,) = await stage.replies(OTHER, 1)
        with process.services.database.reading() as session:
            keys = session.scalars(select(Account.chat_key)).all()
        assert keys == [process.services.vault.chat_key(ANA)]
    assert "abgelaufen" in text_of(refused)


@pytest.mark.parametrize("purpose", [LinkPurpose.SIGN_IN, LinkPurpose.INVITE])
async def test_link_for_something_else_connects_nothing_and_stays(stage: Stage, purpose: LinkPurpose) -> None:
    async with stage.bot() as process:
        token = make_token(process, purpose=purpose)
        stage.api.send_text(ANA, f"/start desk-{token}")
        (refused,) = await stage.replies(ANA, 1)
        with process.services.database.reading() as session:
            assert session.scalars(select(Account.chat_key)).all() == [None]
            assert find_link(session, token, process.services.clock.now())
    assert "abgelaufen" in text_of(refused)


@pytest.mark.parametrize("command", ["/start desk-", "/start desk-" + "x" * 43])
async def test_wrong_token_gets_a_kind_sentence(stage: Stage, command: str) -> None:
    async with stage.bot():
        stage.api.send_text(ANA, command)
        (refused,) = await stage.replies(ANA, 1)
    assert "has ended" in text_of(refused)


async def test_desk_is_help_for_everybody_else_and_for_whom_is_out(stage: Stage) -> None:
    async with stage.bot() as process:
        stage.api.send_text(OTHER, "/desk", language_code="de")
        answered = await stage.replies(OTHER, 2)
        stage.api.send_text(ANA, f"/start desk-{make_token(process)}")
        await stage.replies(ANA, 1)
        with process.services.database.writing() as session:
            session.scalars(select(Account)).one().active = False
        stage.api.send_text(ANA, "/desk", language_code="de")
        *_, menu = await stage.replies(ANA, 3)
    assert not any("/link/" in text_of(message) for message in [*answered, menu])
    assert "field:housing" in str(answered[-1])
    assert "field:housing" in str(menu)


async def test_delete_disconnects_the_chat(stage: Stage) -> None:
    async with stage.bot() as process:
        stage.api.send_text(ANA, f"/start desk-{make_token(process)}")
        await stage.replies(ANA, 1)
        stage.api.send_text(ANA, "/delete", language_code="de")
        *_, question = await stage.replies(ANA, 2)
        stage.api.press(ANA, question["message_id"], "delete:yes")
        await stage.replies(ANA, 3)
        with process.services.database.reading() as session:
            account = session.scalars(select(Account)).one()
            assert (account.chat_key, account.sealed_chat) == (None, None)


async def test_poster_opens_its_topic_in_its_language_after_the_welcome(stage: Stage) -> None:
    async with stage.bot() as process:
        stage.api.send_text(ANA, "/start " + make_payload("find_flat", "uk"), language_code="de")
        welcome, answer, _ = await stage.replies(ANA, 3)
        stage.api.send_text(ANA, "/start german_courses_ar", language_code="de")
        later = (await stage.replies(ANA, 5))[3]
        with process.services.database.reading() as session:
            assert session.scalars(select(Chat.language)).one() == "uk"  # the first poster was a choice
    assert "Магдебур" in text_of(welcome)
    assert "квартир" in text_of(answer)
    assert "ألماني" in text_of(later)


async def test_topic_without_language_waits_for_the_choice(stage: Stage) -> None:
    async with stage.bot():
        stage.api.send_text(ANA, "/start find_flat", language_code="es")
        (picker,) = await stage.replies(ANA, 1)
        stage.api.press(ANA, picker["message_id"], "lang:tr:find_flat")
        _, answer, *_ = await stage.replies(ANA, 2)
    assert len(picker["reply_markup"]["inline_keyboard"]) == len(TAGS)
    assert "ev" in text_of(answer).lower()


@pytest.mark.parametrize("payload", ["nothing", "find_flat-xx", "-_-", "Ж"])
async def test_unknown_payload_leads_to_the_welcome(stage: Stage, payload: str) -> None:
    async with stage.bot():
        stage.api.send_text(ANA, f"/start {payload}", language_code="de")
        welcome, picker = await stage.replies(ANA, 2)
    assert "Versuch" in text_of(welcome)
    assert "lang:uk" in str(picker)


async def test_name_of_the_bot_is_noted_for_posters(stage: Stage) -> None:
    async with stage.bot() as process:

        def is_noted() -> bool:
            with process.services.database.reading() as session:
                return find_username(session) == str(process.application.bot.username)

        stage.api.send_text(ANA, "/help", language_code="de")
        await stage.replies(ANA, 2)
        await until(is_noted)


async def test_user_add_prints_a_first_link(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", str(stage.settings.var_dir))
    monkeypatch.setenv("DATABASE_URL", stage.settings.database_url or "")
    monkeypatch.chdir(tmp_path)  # no .env lies here
    get_settings.cache_clear()
    monkeypatch.setattr("bot.bootstrap.configure_logging", lambda _: None)  # it would outlive the test
    done = await asyncio.to_thread(CliRunner().invoke, app, ["user", "add", "Eva", "--role", "admin"])
    get_settings.cache_clear()
    with stage.services() as services, services.database.reading() as session:
        printed = _ADDRESS.search(done.output)
        assert printed
        link = find_link(session, printed[1], services.clock.now())
        assert link
        assert (link[0].name, link[1]) == ("Eva", LinkPurpose.INVITE)
