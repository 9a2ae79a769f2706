"""Released questions: who may answer how, what the asker is told and when, each thing once."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from bot.db import Database
from bot.errors import NotFoundError, ReviewError
from bot.messages.content import Content
from bot.messages.conversation import ChatState, Reply
from bot.models import ReviewItem, ReviewLog
from bot.services import reviewing
from bot.services.answering import make_reader
from bot.services.remembering import load_stored_data, save_state
from bot.services.telling_askers import build_told, find_untold, mark_told, may_write_now
from bot.states import Group, Resolution, ReviewStatus
from bot.vault import Vault
from tests.conftest import StandingClock
from tests.content.builder import Tree, build_small_content, build_tree

CHAT = 4711
QUESTION = "Wo gibt es [phone] Schlüssel?"


def content(care: str | None = None) -> Content:
    tree: Tree = build_tree()
    tree["topics.yml"]["fields"][0]["topics"][0]["care"] = care
    tree["topics.yml"]["conversation"].append({"id": "talk_to_human", "places": ["landlord"]})
    for tag in ("de", "uk"):
        tree[f"{tag}/conversation.yml"]["talk_to_human"] = {**tree[f"{tag}/conversation.yml"]["greet"], "text": "…"}
    return build_small_content(tree)


class Desk:
    """A database with one open question in it."""

    def __init__(self, database: Database, vault: Vault, clock: StandingClock, near: Sequence[str]) -> None:
        self.database, self.vault, self.clock = database, vault, clock
        key = vault.chat_key(CHAT)
        with database.writing() as session:
            save_state(session, CHAT, ChatState("de"), vault, clock.now())
            self.number = reviewing.add_item(session, key, "de", QUESTION, tuple(near), vault, clock.now()).id

    def answer(self, text: str, known: Content) -> None:
        with self.database.writing() as session:
            item = reviewing.get_open(session, self.number)
            reviewing.answer_in_own_words(session, item, text, known, "Ana", self.vault, self.clock.now())

    def resolve(self, function: Any, what: str, known: Content) -> None:
        with self.database.writing() as session:
            item = reviewing.get_open(session, self.number)
            function(session, item, what, known, "Ana", self.vault, self.clock.now())

    def untold(self) -> list[int]:
        with self.database.reading() as session:
            return [item.id for item in find_untold(session, self.clock.now())]

    def tell(self, known: Content) -> Reply | None:
        with self.database.writing() as session:
            (item,) = find_untold(session, self.clock.now())
            reader = make_reader(item.language, Group.UNKNOWN, self.clock)
            reply = build_told(item, known, reader, self.vault)
            mark_told(item, self.clock.now())
        return reply

    def item(self) -> ReviewItem:
        with self.database.reading() as session:
            found = session.get(ReviewItem, self.number)
            assert found is not None
            return found


@pytest.fixture
def desk(database: Database, vault: Vault, clock: StandingClock) -> Desk:
    return Desk(database, vault, clock, ["find_flat"])


def said(reply: Reply | None) -> str:
    assert reply is not None
    return "\n".join(part.text for part in reply.parts)


def test_answer_reaches_the_asker_with_the_question_and_who_wrote_it(desk: Desk) -> None:
    desk.answer("Beim Schlüsseldienst.", content())
    told = said(desk.tell(content()))
    assert QUESTION in told
    assert "Beim Schlüsseldienst." in told
    assert "nicht von der Stadt" in told
    assert desk.item().status is ReviewStatus.RESOLVED


def test_asker_is_told_once(desk: Desk) -> None:
    desk.answer("Beim Schlüsseldienst.", content())
    desk.tell(content())
    assert desk.untold() == []


def test_topic_answers_with_its_places(desk: Desk) -> None:
    desk.resolve(reviewing.answer_with_topic, "find_flat", content())
    told = said(desk.tell(content()))
    assert "Eine Wohnung finden" in told
    assert "Wohnungen der Stadt" in told


def test_referral_names_the_place_and_how_to_reach_it(desk: Desk) -> None:
    desk.resolve(reviewing.refer_to_place, "landlord", content())
    assert "+49 391 1234567" in said(desk.tell(content()))


@pytest.mark.parametrize("care", ["legal", "medical", "violence"])
def test_care_allows_no_own_words(desk: Desk, care: str) -> None:
    with pytest.raises(ReviewError, match="legal or medical"):
        desk.answer("Gehen Sie nicht hin.", content(care))
    assert desk.item().status is ReviewStatus.PENDING
    desk.resolve(reviewing.answer_with_topic, "find_flat", content(care))
    assert desk.item().status is ReviewStatus.RESOLVED


def test_near_violence_the_first_message_shows_nothing_of_it(desk: Desk) -> None:
    desk.resolve(reviewing.answer_with_topic, "find_flat", content("violence"))
    reply = desk.tell(content("violence"))
    assert reply is not None
    assert QUESTION not in said(reply)
    assert "Wohnung" not in reply.parts[0].text


@pytest.mark.parametrize("text", ["", "  \n", "x" * 3001])
def test_answer_that_is_none_is_refused(desk: Desk, text: str) -> None:
    with pytest.raises(ReviewError, match="1 to 3000"):
        desk.answer(text, content())


def test_unknown_topic_and_place_are_refused(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        desk.resolve(reviewing.answer_with_topic, "greet", content())
    with pytest.raises(NotFoundError):
        desk.resolve(reviewing.refer_to_place, "nowhere", content())
    assert desk.untold() == []


def test_resolved_question_cannot_be_resolved_again(desk: Desk) -> None:
    desk.answer("Ja.", content())
    with pytest.raises(NotFoundError, match="no open question"):
        desk.answer("Nein.", content())


def test_spam_is_closed_without_a_word(desk: Desk) -> None:
    with desk.database.writing() as session:
        reviewing.dismiss(session, reviewing.get_open(session, desk.number), Resolution.SPAM, "Ana", desk.clock.now())
    assert desk.tell(content()) is None
    assert desk.untold() == []
    assert desk.item().status is ReviewStatus.DISMISSED


def test_unclear_question_is_asked_for_in_other_words(desk: Desk) -> None:
    with desk.database.writing() as session:
        item = reviewing.get_open(session, desk.number)
        with pytest.raises(ReviewError):
            reviewing.dismiss(session, item, Resolution.ANSWER, "Ana", desk.clock.now())
        reviewing.dismiss(session, item, Resolution.UNCLEAR, "Ana", desk.clock.now())
    assert "anderen Worten" in said(desk.tell(content()))


def test_after_72_hours_a_counselling_place_is_named_once_and_the_question_stays_open(desk: Desk) -> None:
    desk.clock.move(hours=71, minutes=59)
    assert desk.untold() == []
    desk.clock.move(minutes=1)
    told = said(desk.tell(content()))
    assert "Wohnungen der Stadt" in told
    assert desk.untold() == []
    assert desk.item().status is ReviewStatus.PENDING
    desk.answer("Doch noch: ja.", content())
    assert "Doch noch: ja." in said(desk.tell(content()))


@pytest.mark.parametrize(
    ("time", "allowed"),
    [((7, 59), False), ((8, 0), True), ((19, 59), True), ((20, 0), False), ((0, 0), False)],
)
def test_of_our_own_accord_we_write_by_day_only(time: tuple[int, int], *, allowed: bool) -> None:
    assert may_write_now(dt.time(*time)) is allowed


def test_usual_wait_is_the_median_and_unknown_for_few(database: Database, vault: Vault, clock: StandingClock) -> None:
    waits = [1, 2, 3, 50, 4]
    for number, hours in enumerate(waits, 1):
        desk = Desk(database, vault, clock, [])
        clock.move(hours=hours)
        desk.answer("Ja.", content())
        with database.reading() as session:
            usual = reviewing.measure_usual_wait(session)
        assert usual == (dt.timedelta(hours=3) if number == len(waits) else None)


def test_open_questions_are_listed_oldest_first_by_language(desk: Desk, vault: Vault) -> None:
    with desk.database.writing() as session:
        earlier = desk.clock.now() - dt.timedelta(hours=1)
        other = reviewing.add_item(session, "other", "uk", "Де?", (), vault, earlier).id
    with desk.database.reading() as session:
        assert [item.id for item in reviewing.list_open(session)] == [other, desk.number]
        assert [item.id for item in reviewing.list_open(session, ["de"])] == [desk.number]


def test_log_says_who_did_what(desk: Desk) -> None:
    desk.answer("Ja.", content())
    with desk.database.reading() as session:
        entries = [(row.actor, row.status) for row in session.query(ReviewLog).order_by(ReviewLog.id)]
    assert entries == [("asker", ReviewStatus.PENDING), ("Ana", ReviewStatus.RESOLVED)]


def test_person_sees_what_is_stored(desk: Desk, vault: Vault) -> None:
    with desk.database.reading() as session:
        data = load_stored_data(session, vault.chat_key(CHAT), vault)
        assert [question.text for question in data.questions] == [QUESTION]
        assert data.last_day == desk.clock.today()
        assert load_stored_data(session, vault.chat_key(1), vault).last_day is None


def test_reply_lies_in_the_database_as_ciphertext_alone(desk: Desk) -> None:
    desk.answer("Beim Schlüsseldienst.", content())
    sealed = desk.item().sealed_reply
    assert sealed is not None
    assert "Schlüsseldienst".encode() not in sealed
