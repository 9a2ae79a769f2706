"""What is published at the desk is what the running bot says, within five seconds and in every language."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from bot.bootstrap import Services
from bot.models import InboxRow
from bot.services.arranging_topics import arrange_topics
from bot.services.editing_content import find_body, save
from bot.services.managing_notices import NoticeDraft, pause_bot, put_up_notice, resume_bot
from bot.services.storing_content import load_content
from bot.services.writing_lines import fingerprint_line, save_lines
from bot.telegram.following import Following
from tests.e2e.conftest import Stage, until

ANA, OLENA = 7, 8
PLACE = "vhs-magdeburg"
PHONE = "+49 391 0000000"
GERMAN, UKRAINIAN = "Wo kann ich Deutsch lernen?", "Де можна вивчити німецьку?"


def change_phone(services: Services, phone: str) -> None:
    """Save another phone, as an editor at the desk does."""
    with services.database.writing() as session:
        body = find_body(session, "places.yml", PLACE)
        assert body is not None
        save(session, "places.yml", PLACE, {**body, "phone": phone}, "Eva", services.clock.now(), seen=body)


def show_place(services: Services, key: str, topic: str, line: str) -> None:
    """Let a topic show a place in place of its last one and write its German line, as an editor at the desk does."""
    now = services.clock.now()
    with services.database.writing() as session:
        body = find_body(session, "places.yml", key)
        assert body is not None
        save(session, "places.yml", key, {**body, "topics": [*body["topics"], topic]}, "Eva", now, seen=body)
        content = load_content(session)
        last = content.places[content.topics[topic].places[-1]]
        arrange_topics(session, content, last, added=(), removed=[topic], author="Eva", now=now)
        arrange_topics(session, content, content.places[key], added=[topic], removed=(), author="Eva", now=now)
        before = content.fact_lines["de"].get(key, "")
        save_lines(session, key, {"de": line}, {"de": fingerprint_line(before)}, "Eva", now)


def has_phone(services: Services, phone: str) -> bool:
    return services.conversation.content.places[PLACE].phone == phone


def said(messages: list[dict[str, Any]]) -> str:
    return str(messages).replace("\u2066", "").replace("\u2069", "")


async def test_changed_phone_is_said_in_two_languages_within_five_seconds(stage: Stage) -> None:
    async with stage.bot() as process:
        stage.api.send_text(ANA, GERMAN, language_code="de")
        assert PHONE not in said(await stage.replies(ANA, 2))
        with stage.services() as desk:  # another process
            change_phone(desk, PHONE)
        await until(lambda: has_phone(process.services, PHONE))
        stage.api.send_text(ANA, GERMAN, language_code="de")
        stage.api.send_text(OLENA, UKRAINIAN, language_code="uk")
        german, ukrainian = (await stage.replies(ANA, 4))[2:], await stage.replies(OLENA, 2)
    assert PHONE in said(german)
    assert PHONE in said(ukrainian)


async def test_place_and_its_line_are_shown_below_an_answer_within_five_seconds(stage: Stage) -> None:
    async with stage.bot() as process:
        with stage.services() as desk:  # another process
            show_place(desk, "asylverfahrensberatung-caritas", "german_courses", "Rat im Test")
        await until(lambda: "Rat im Test" in process.services.conversation.content.fact_lines["de"].values())
        stage.api.send_text(ANA, GERMAN, language_code="de")
        assert "Rat im Test" in said(await stage.replies(ANA, 2))


async def test_no_message_fails_while_content_is_exchanged(stage: Stage) -> None:
    phones = [f"+49 391 000000{digit}" for digit in range(4)]
    async with stage.bot() as process:
        for number, phone in enumerate(phones, 1):
            change_phone(process.services, phone)
            stage.api.send_text(ANA, GERMAN, language_code="de")
            await until(lambda phone=phone: has_phone(process.services, phone))  # type: ignore[misc]
            await stage.replies(ANA, 2 * number)
        with process.services.database.reading() as session:
            assert {(row.attempts, row.error) for row in session.scalars(select(InboxRow))} == {(0, None)}


async def test_notice_stands_above_the_answer_and_a_pause_in_its_place(stage: Stage) -> None:
    async with stage.bot() as process:
        services = process.services
        now = services.clock.now()
        with services.database.writing() as session:
            draft = NoticeDraft({"de": "Diese Woche geschlossen."}, now, now + dt.timedelta(days=1), "german_courses")
            put_up_notice(session, draft, "Eva", now)
        await until(lambda: bool(services.conversation.notices))
        stage.api.send_text(ANA, GERMAN, language_code="de")
        assert "Diese Woche geschlossen." in said(await stage.replies(ANA, 2))
        with services.database.writing() as session:
            pause_bot(session, {"de": "Ich mache gerade eine Pause."}, "Eva", now)
        await until(lambda: any(notice.pauses for notice in services.conversation.notices))
        stage.api.send_text(ANA, "/start find_flat-de", language_code="de")
        paused = (await stage.replies(ANA, 3))[2]
        stage.api.send_text(ANA, "Ich will mich umbringen", language_code="de")
        danger = (await stage.replies(ANA, 4))[3]
        with services.database.writing() as session:
            resume_bot(session, services.clock.now())
        await until(lambda: not any(notice.pauses for notice in services.conversation.notices))
    assert "Pause" in paused["text"]
    assert "112" in danger["text"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_cannot_be_loaded_leaves_the_bot_with_what_it_has(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stage.services() as services:
        following, before = Following(services), services.conversation.content
        monkeypatch.setattr(services.live, "get_within", _fail)
        with pytest.raises(RuntimeError):
            await following.follow()
        assert services.conversation.content is before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nothing_is_exchanged_when_nothing_changed(stage: Stage) -> None:
    with stage.services() as services:
        following = Following(services)
        await following.follow()
        content = services.conversation.content
        await following.follow()
        assert services.conversation.content is content


def _fail(_: object) -> None:
    raise RuntimeError
