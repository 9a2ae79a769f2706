"""Notices: said above an answer for a while, or in place of everything; both databases."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.db import Database
from bot.errors import ContentError, NotFoundError
from bot.messages.conversation import ActiveNotice, ChatState, Entity, IncomingMessage, Outcome, Parse, Ranked
from bot.services.conversing import Conversation
from bot.services.managing_notices import (
    LONGEST,
    Mistake,
    NoticeDraft,
    change_notice,
    end_notice,
    find_pause,
    get_notice,
    list_active,
    list_notices,
    pause_bot,
    put_up_notice,
    resume_bot,
)
from bot.services.recognising_crisis import compile_crisis
from bot.services.sharing_state import read_content_version
from bot.settings import Settings
from tests.conftest import StandingClock
from tests.content.builder import build_small_content

CLOSED = {"de": "Das Büro ist diese Woche zu.", "uk": "Офіс цього тижня зачинено."}
ARABIC = ChatState(chosen="ar")
GERMAN = ChatState(chosen="de")


class FlatNlu:
    """Understands every text as a question for a flat, with a probability that the test sets."""

    def __init__(self, intent: str = "find_flat") -> None:
        self.intent = intent

    async def parse(self, text: str) -> Parse:
        """Return the one reading."""
        assert text
        return Parse("de", 1.0, (Ranked(self.intent, 0.99),), tuple[Entity, ...]())


@pytest.fixture
def conversation(clock: StandingClock, tmp_path: Path) -> Conversation:
    content = build_small_content()
    settings = Settings(_env_file=None, var_dir=tmp_path)
    return Conversation(content, compile_crisis(content.crisis), FlatNlu(), clock, settings)


def notice(clock: StandingClock, topic: str | None = None, *, pauses: bool = False, days: int = 7) -> ActiveNotice:
    return ActiveNotice(topic, pauses, CLOSED, clock.now(), clock.now() + dt.timedelta(days=days))


def said(outcome: Outcome) -> str:
    return "\n".join(part.text for part in outcome.reply.parts)


async def ask(conversation: Conversation, text: str, state: ChatState = GERMAN) -> str:
    return said(await conversation.reply_to_text(IncomingMessage(text), state))


# What the database keeps.


def test_notice_is_active_from_its_beginning_to_its_end(database: Database, clock: StandingClock) -> None:
    begin, end = clock.now() + dt.timedelta(hours=1), clock.now() + dt.timedelta(hours=2)
    with database.writing() as session:
        put_up_notice(session, NoticeDraft(CLOSED, begin, end, "find_flat"), "Eva", clock.now())
        assert [n.holds(clock.now()) for n in list_active(session, clock.now())] == [False]
        assert [n.holds(begin) for n in list_active(session, begin)] == [True]
        assert list_active(session, end) == ()


def test_every_change_of_a_notice_is_told_to_running_bots(database: Database, clock: StandingClock) -> None:
    versions = []
    with database.writing() as session:
        versions.append(read_content_version(session))
        stored = put_up_notice(session, NoticeDraft(CLOSED, clock.now()), "Eva", clock.now())
        versions.append(read_content_version(session))
        change_notice(session, stored, NoticeDraft(CLOSED, clock.now(), topic="find_flat"), "Eva", clock.now())
        versions.append(read_content_version(session))
        end_notice(session, stored, clock.now())
        versions.append(read_content_version(session))
    assert versions == sorted(set(versions))


def test_notice_that_has_not_begun_is_deleted_when_it_is_ended(database: Database, clock: StandingClock) -> None:
    with database.writing() as session:
        tomorrow = clock.now() + dt.timedelta(days=1)
        end_notice(session, put_up_notice(session, NoticeDraft(CLOSED, tomorrow), "Eva", clock.now()), clock.now())
        session.flush()
        assert list_notices(session) == []


@pytest.mark.parametrize(
    ("texts", "end", "mistakes"),
    [
        ({"uk": "Зачинено."}, None, [Mistake.NO_GERMAN]),
        ({"de": "x" * (LONGEST + 1)}, None, [Mistake.TOO_LONG]),
        (CLOSED, 0, [Mistake.ENDS_BEFORE_IT_BEGINS, Mistake.OVER]),
        ({"de": "x" * LONGEST}, 1, []),
    ],
)
def test_mistakes_of_a_draft_are_named(
    clock: StandingClock, texts: dict[str, str], end: int | None, mistakes: Sequence[Mistake]
) -> None:
    ends_at = None if end is None else clock.now() + dt.timedelta(hours=end)
    assert list(NoticeDraft(texts, clock.now(), ends_at).find_mistakes(clock.now())) == list(mistakes)


def test_draft_with_mistakes_is_not_stored(database: Database, clock: StandingClock) -> None:
    with pytest.raises(ContentError, match="no_german"), database.writing() as session:
        put_up_notice(session, NoticeDraft({}, clock.now()), "Eva", clock.now())
    with database.reading() as session:
        assert list_active(session, clock.now()) == ()


def test_second_pause_ends_the_first_and_resuming_ends_it(database: Database, clock: StandingClock) -> None:
    with database.writing() as session:
        pause_bot(session, {"de": "Wir ziehen um."}, "Anna", clock.now())
        pause = pause_bot(session, {"de": "Wir warten."}, "Anna", clock.now())
        assert [n.texts for n in list_active(session, clock.now())] == [{"de": "Wir warten."}]
        assert find_pause(session, clock.now()) is pause
        with pytest.raises(NotFoundError):
            get_notice(session, pause.id)
        resume_bot(session, clock.now())
        session.flush()
        assert find_pause(session, clock.now()) is None


# What the bot says.


async def test_answer_begins_with_the_notice_on_its_topic(conversation: Conversation, clock: StandingClock) -> None:
    conversation.notices = (notice(clock, "find_flat"),)
    assert (await ask(conversation, "Wohnung")).startswith(f"📢 {CLOSED['de']}")
    assert said(conversation.reply_to_action("topic:find_flat", GERMAN)).startswith("📢")


async def test_answer_shows_no_notice_on_another_topic_or_after_its_end(
    conversation: Conversation, clock: StandingClock
) -> None:
    conversation.notices = (notice(clock, "another"), notice(clock, days=1))
    assert (await ask(conversation, "Wohnung")).count("📢") == 1
    clock.move(days=1)
    assert "📢" not in await ask(conversation, "Wohnung")


async def test_notice_before_its_beginning_is_not_shown(conversation: Conversation, clock: StandingClock) -> None:
    later = clock.now() + dt.timedelta(hours=1)
    conversation.notices = (ActiveNotice(None, pauses=False, texts=CLOSED, starts_at=later, ends_at=None),)
    assert "📢" not in await ask(conversation, "Wohnung")
    clock.move(hours=1)
    assert "📢" in await ask(conversation, "Wohnung")


def test_reader_without_the_text_in_their_language_is_told_which_language_it_is(
    conversation: Conversation, clock: StandingClock
) -> None:
    conversation.notices = (notice(clock),)
    assert f"📢 (الألمانية) {CLOSED['de']}" in said(conversation.reply_to_action("topic:find_flat", ARABIC))
    ukrainian = said(conversation.reply_to_action("topic:find_flat", ChatState(chosen="uk")))
    assert ukrainian.startswith(f"📢 {CLOSED['uk']}")


async def test_paused_bot_says_one_sentence_to_whatever_comes(conversation: Conversation, clock: StandingClock) -> None:
    conversation.notices = (notice(clock, pauses=True),)
    sentence = f"📢 {CLOSED['de']}"
    assert await ask(conversation, "Wohnung") == sentence
    assert said(conversation.reply_to_action("topic:find_flat", GERMAN)) == sentence
    assert said(conversation.reply_to_action("share:yes", GERMAN)) == sentence
    assert said(conversation.reply_to_action("lang:ar", GERMAN)) == sentence
    assert said(conversation.reply_to_command("start", GERMAN)) == sentence
    assert said(conversation.reply_to_other("photo", GERMAN)) == sentence


async def test_paused_bot_still_answers_to_danger(conversation: Conversation, clock: StandingClock) -> None:
    conversation.notices = (notice(clock, pauses=True),)
    assert "112" in await ask(conversation, "Ich bin in Lebensgefahr")
    assert "112" in said(conversation.reply_to_crisis("de", GERMAN))
    assert "112" in said(conversation.reply_to_action("topic:crisis", GERMAN))
    conversation._nlu = FlatNlu("crisis")
    assert "112" in await ask(conversation, "Hilfe")


@pytest.mark.parametrize("state", [GERMAN, ChatState()])
def test_paused_bot_still_deletes_and_tells_what_it_stores(
    conversation: Conversation, clock: StandingClock, state: ChatState
) -> None:
    conversation.notices = (notice(clock, pauses=True),)
    assert conversation.reply_to_command("delete:yes", state).forget
    assert conversation.reply_to_action("delete:yes", state).forget
    for command in ("delete", "mydata"):
        outcome = conversation.reply_to_command(command, state)
        assert "📢" not in said(outcome)
        assert any(button.action and "delete" in button.action for row in outcome.reply.parts[0].rows for button in row)


async def test_bot_answers_again_after_the_pause(conversation: Conversation, clock: StandingClock) -> None:
    conversation.notices = (notice(clock, pauses=True, days=1),)
    clock.move(days=1)
    assert "Eine Wohnung finden" in await ask(conversation, "Wohnung")
