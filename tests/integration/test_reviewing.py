"""Released questions: who may answer how, what the asker is told and when, each thing once."""

import datetime as dt
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.adapters.table_queue import TableQueue
from bot.db import Database
from bot.errors import BotError, ConflictError, NotFoundError, ReviewError
from bot.i18n import get_strings
from bot.languages import TAGS
from bot.messages.content import Content
from bot.messages.conversation import ChatState, Reply
from bot.models import Account, OutboxRow, ReviewItem, ReviewLog
from bot.services import reviewing
from bot.services.announcing_questions import announce_replies
from bot.services.answering import make_reader
from bot.services.claiming_items import FIRST_ANSWERS, claim_item, is_experienced, write_answer
from bot.services.listing_waiting import count_waiting, list_waiting
from bot.services.managing_accounts import add_account
from bot.services.remembering import load_stored_data, save_state
from bot.services.suggesting_ways import is_distressing
from bot.services.telling_askers import build_told, find_told, find_untold, mark_told, may_write_now
from bot.services.text_blocks import list_text_blocks
from bot.states import Group, ItemKind, Resolution, ReviewStatus, Role
from bot.telegram.rendering import render_reply
from bot.vault import Vault
from tests.conftest import StandingClock
from tests.content.builder import Tree, build_small_content, build_tree

CHAT = 4711
QUESTION = "Wo gibt es [phone] Schlüssel?"
QUOTED = "Wo gibt es [Telefonnummer] Schlüssel?"  # as the asker reads it


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
            mark_told(session, item, self.clock.now())
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
    assert QUOTED in told
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
    assert QUOTED not in said(reply)
    assert "Wohnung" not in reply.parts[0].text
    assert len(reply.parts) == 1  # a second message would notify with its first lines
    assert [button.action for row in reply.parts[0].rows for button in row] == [f"show:{desk.number}"]


def show(desk: Desk, known: Content, number: int | None = None, chat: int = CHAT) -> Reply | None:
    with desk.database.reading() as session:
        key = desk.vault.chat_key(chat)
        return find_told(session, key, number or desk.number, known, desk.clock, desk.vault)


def test_near_violence_the_answer_is_shown_when_the_person_asks_for_it(desk: Desk) -> None:
    delicate = content("violence")
    desk.resolve(reviewing.answer_with_topic, "find_flat", delicate)
    assert show(desk, delicate) is None  # by night nothing was told yet
    desk.tell(delicate)
    shown = said(show(desk, delicate))
    assert QUOTED in shown
    assert "Eine Wohnung finden" in shown
    assert "Wohnungen der Stadt" in shown


def test_near_violence_the_counselling_after_72_hours_is_shown_on_demand_too(desk: Desk) -> None:
    delicate = content("violence")
    desk.clock.move(hours=72)
    veiled = desk.tell(delicate)
    assert veiled is not None
    assert "Wohnungen der Stadt" not in said(veiled)
    assert "Wohnungen der Stadt" in said(show(desk, delicate))


def test_what_was_told_stays_to_be_shown_when_the_person_has_written_again(desk: Desk) -> None:
    delicate = content("violence")
    desk.resolve(reviewing.refer_to_place, "landlord", delicate)
    desk.tell(delicate)
    assert reply(desk)
    assert "Wohnungen der Stadt" in said(show(desk, delicate))


@pytest.mark.parametrize(("number", "chat"), [(None, 1), (999_999_999, CHAT)])
def test_nobody_is_shown_what_was_told_to_somebody_else_or_is_gone(desk: Desk, number: int | None, chat: int) -> None:
    desk.answer("Ja.", content())
    desk.tell(content())
    assert show(desk, content(), number, chat) is None


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


def register(desk: Desk, name: str, role: Role = Role.VOLUNTEER, answers: int = FIRST_ANSWERS) -> None:
    with desk.database.writing() as session:
        add_account(session, name, role, ["de", "uk"], desk.clock.now()).own_answers = answers


def account(session: Session, name: str) -> Account:
    return session.scalars(select(Account).where(Account.name == name)).one()


def release(desk: Desk, question: str, language: str = "de", near: Sequence[str] = ("find_flat",)) -> ReviewItem:
    with desk.database.writing() as session:
        key, now = desk.vault.chat_key(CHAT), desk.clock.now()
        number = reviewing.add_item(session, key, language, question, tuple(near), desk.vault, now).id
    with desk.database.reading() as session:
        return session.get_one(ReviewItem, number)


def reply(desk: Desk, text: str = "Im Norden.", **which: int) -> bool:
    with desk.database.writing() as session:
        key = desk.vault.chat_key(CHAT)
        return reviewing.add_reply(session, key, text, desk.vault, desk.clock.now(), **which)


def withdraw(desk: Desk, number: int | None) -> int:
    with desk.database.writing() as session:
        return reviewing.withdraw_items(session, desk.vault.chat_key(CHAT), number, desk.clock.now())


@pytest.mark.parametrize(
    ("question", "language", "near", "together"),
    [
        ("wo gibt es schluessel [phone]", "de", ["find_flat"], True),
        ("Wo gibt es [phone] Schlüssel?", "de", [], False),  # near another topic, or none
        ("Wie finde ich eine Wohnung?", "de", ["find_flat"], False),
        ("Де ключі?", "uk", ["find_flat"], True),
        ("Де ключі?", "uk", ["find_flat", "job_search"], False),
    ],
)
def test_questions_that_are_alike_stand_together(
    desk: Desk, question: str, language: str, near: list[str], *, together: bool
) -> None:
    item = release(desk, question, language, near)
    assert (item.cluster == desk.number) is together


def test_other_words_in_the_same_language_do_not_join_by_a_translation(desk: Desk) -> None:
    release(desk, "Де ключі?", "uk")
    assert release(desk, "Wie finde ich eine Wohnung?").cluster != desk.number


def test_closed_questions_gather_no_others(desk: Desk) -> None:
    desk.answer("Ja.", content())
    assert release(desk, QUESTION).cluster != desk.number


def test_of_two_who_claim_at_once_exactly_one_gets_it(desk: Desk) -> None:
    names = ["Ana", "Bob", "Cem", "Dan"]
    for name in names:
        register(desk, name)
    together = threading.Barrier(len(names))

    def claim(name: str) -> bool:
        with desk.database.reading() as session:
            person = account(session, name)
            session.expunge(person)
        together.wait()
        try:
            with desk.database.writing() as session:
                claim_item(session, desk.number, person, desk.clock.now())
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(len(names)) as pool:
        got = dict(zip(names, pool.map(claim, names), strict=True))
    assert sum(got.values()) == 1
    holder = desk.item().claimed_by
    assert holder
    assert got[holder]


def test_flood_of_one_question_does_not_hide_the_others(desk: Desk) -> None:
    register(desk, "Ana")
    for _ in range(120):
        release(desk, QUESTION)
    other = release(desk, "Wie finde ich eine Wohnung?")
    with desk.database.reading() as session:
        waiting = list_waiting(session, account(session, "Ana"), desk.clock.now())
    assert [(entry.item.id, entry.count) for entry in waiting] == [(desk.number, 121), (other.id, 1)]


def test_waiting_items_are_counted_for_a_person(desk: Desk) -> None:
    register(desk, "Ana")
    register(desk, "Bob")
    release(desk, "Wo?", "fr")
    with desk.database.writing() as session:
        assert count_waiting(session, account(session, "Ana"), desk.clock.now()) == 1
        claim_item(session, desk.number, account(session, "Bob"), desk.clock.now())
        assert count_waiting(session, account(session, "Ana"), desk.clock.now()) == 0


def test_person_in_danger_is_told_the_numbers_by_night(desk: Desk) -> None:
    with desk.database.writing() as session:
        reviewing.escalate(session, reviewing.get_open(session, desk.number), "Ana", desk.clock.now())
    with desk.database.reading() as session:
        (item,) = find_untold(session, desk.clock.now(), by_day=False)
        reader = make_reader("de", Group.UNKNOWN, desk.clock)
        told = build_told(item, content(), reader, desk.vault)
    assert told is not None
    assert "112" in said(told)
    assert QUOTED not in said(told)
    assert "112" not in told.parts[0].text  # a locked screen shows the first lines


def test_by_night_nothing_but_danger_is_told(desk: Desk) -> None:
    desk.answer("Ja.", content())
    with desk.database.reading() as session:
        assert list(find_untold(session, desk.clock.now(), by_day=False)) == []


def test_wanted_topic_names_counselling_and_keeps_the_note_from_the_asker(desk: Desk) -> None:
    with desk.database.writing() as session:
        item = reviewing.get_open(session, desk.number)
        reviewing.want_topic(session, item, "locksmiths", "Ana", desk.vault, desk.clock.now())
    told = said(desk.tell(content()))
    assert "Wohnungen der Stadt" in told
    assert "locksmiths" not in told


def test_proposed_answer_is_told_to_nobody(desk: Desk) -> None:
    register(desk, "Neu", answers=0)
    with desk.database.writing() as session:
        item = claim_item(session, desk.number, account(session, "Neu"), desk.clock.now())
        person = account(session, "Neu")
        assert write_answer(session, item, "Vielleicht.", content(), person, desk.vault, desk.clock.now())
    assert desk.untold() == []
    desk.clock.move(hours=72)
    assert "Vielleicht" not in said(desk.tell(content()))


def test_tenth_answer_is_the_last_that_waits(desk: Desk) -> None:
    register(desk, "Neu", answers=FIRST_ANSWERS - 1)
    with desk.database.writing() as session:
        person = account(session, "Neu")
        assert not is_experienced(person)
        person.own_answers += 1
        assert is_experienced(person)


def test_reply_opens_the_question_again_for_who_answered(desk: Desk) -> None:
    desk.answer("In welchem Stadtteil?", content())
    desk.tell(content())
    desk.clock.move(hours=80)
    assert reply(desk)
    item = desk.item()
    assert (item.status, item.resolution, item.claimed_by) == (ReviewStatus.PENDING, None, "Ana")
    assert desk.untold() == []  # the three days begin anew
    desk.answer("Dann dort.", content())
    told = said(desk.tell(content()))
    assert "Im Norden." in told
    assert "Dann dort." in told


def test_reply_before_the_answer_was_told_loses_nothing(desk: Desk) -> None:
    desk.answer("In welchem Stadtteil?", content())
    desk.tell(content())
    reply(desk)
    desk.clock.move(minutes=1)
    desk.answer("Dann dort.", content())
    desk.clock.move(minutes=1)
    assert reply(desk, "Danke, und wann?")
    assert "Dann dort." in said(desk.tell(content()))
    assert desk.item().status is ReviewStatus.PENDING
    assert desk.untold() == []


def test_reply_without_an_answered_question_has_no_place(desk: Desk) -> None:
    assert not reply(desk)
    desk.answer("Ja.", content())
    desk.tell(content())
    assert not reply(desk, number=desk.number + 1)
    assert reply(desk, number=desk.number)


def test_withdrawn_question_is_gone_and_nothing_is_told(desk: Desk) -> None:
    assert withdraw(desk, desk.number + 1) == 0
    assert withdraw(desk, desk.number) == 1
    assert withdraw(desk, None) == 0
    item = desk.item()
    assert (item.status, item.resolution, item.sealed_question) == (
        ReviewStatus.DISMISSED,
        Resolution.WITHDRAWN,
        b"",
    )
    desk.clock.move(hours=100)
    assert desk.untold() == []
    with pytest.raises(NotFoundError):
        desk.answer("Zu spät.", content())


def test_answer_that_was_not_told_yet_goes_with_its_question(desk: Desk) -> None:
    desk.answer("Ja.", content())
    assert withdraw(desk, None) == 1
    assert desk.untold() == []
    assert desk.item().sealed_reply is None


def test_answer_that_was_told_cannot_be_withdrawn(desk: Desk) -> None:
    desk.answer("Ja.", content())
    desk.tell(content())
    assert withdraw(desk, None) == 0


def test_unhelpful_answer_is_one_item_that_counts(desk: Desk) -> None:
    for language in ("de", "de", "uk"):
        with desk.database.writing() as session:
            reviewing.note_unhelpful(session, "find_flat", language, desk.clock.now())
    with desk.database.writing() as session:
        items = session.scalars(select(ReviewItem).where(ReviewItem.kind == ItemKind.UNHELPFUL)).all()
        assert sorted((item.language, item.count) for item in items) == [("de", 2), ("uk", 1)]
        for item in items:
            reviewing.note_looked_at(session, item, "Eva", desk.clock.now())
        reviewing.note_unhelpful(session, "find_flat", "de", desk.clock.now())
    desk.clock.move(hours=100)
    assert desk.untold() == [desk.number]
    with desk.database.reading() as session:
        assert [item.id for item in reviewing.list_open(session)] == [desk.number]


@pytest.mark.parametrize(
    ("question", "care", "heavy"),
    [(QUESTION, None, False), (QUESTION, "violence", True), (QUESTION, "legal", False), ("Ich in Gefahr", None, True)],
)
def test_heavy_questions_are_known(desk: Desk, question: str, care: str | None, *, heavy: bool) -> None:
    item = release(desk, question)

    def find_crisis(text: str) -> str | None:
        return "de" if "Gefahr" in text else None

    with desk.database.reading() as session:
        session.add(item)
        assert is_distressing(item, content(care), desk.vault, find_crisis) is heavy


@pytest.mark.parametrize("tag", TAGS)
def test_every_text_block_exists_in_every_language(tag: str) -> None:
    blocks = list_text_blocks(get_strings(tag))
    assert len(blocks) == 4
    assert all("{" not in text for text in blocks.values())


def test_answer_with_odd_brackets_is_told_and_keeps_nobody_waiting(desk: Desk) -> None:
    text = "Lesen Sie https://[hier] oder https://example.org"
    desk.answer(text, content())
    told = desk.tell(content())
    assert told is not None
    calls = render_reply(told, CHAT)
    assert "https://[hier]" in calls[0][1]["text"]
    assert '<a href="https://example.org">' in calls[0][1]["text"]


def test_place_of_a_violence_topic_is_not_shown_on_a_locked_screen(desk: Desk) -> None:
    delicate = content("violence")
    item = release(desk, "Wohin?", near=())
    with desk.database.writing() as session:
        found = reviewing.get_open(session, item.id)
        place = delicate.topics["find_flat"].places[0]
        reviewing.refer_to_place(session, found, place, delicate, "Ana", desk.vault, desk.clock.now())
        told = build_told(found, delicate, make_reader("de", Group.UNKNOWN, desk.clock), desk.vault)
    assert told is not None
    assert delicate.places[place].name not in told.parts[0].text
    assert "Wohin?" not in said(told)


def test_only_so_many_are_told_at_once(desk: Desk) -> None:
    for _ in range(120):
        release(desk, QUESTION)
    desk.clock.move(hours=72)
    with desk.database.reading() as session:
        numbers = [item.id for item in find_untold(session, desk.clock.now())]
    assert numbers == list(range(desk.number, desk.number + 100))


def test_what_a_person_handed_on_hides_nothing_behind_it(desk: Desk) -> None:
    register(desk, "Ana")
    with desk.database.writing() as session:
        ana = account(session, "Ana")
        for number in range(45):
            key, now = desk.vault.chat_key(CHAT), desk.clock.now()
            item = reviewing.add_item(session, key, "de", f"{number} {chr(97 + number % 26) * 9}", (), desk.vault, now)
            item.cluster = item.id
            item.skipped_by = [ana.id]
        session.get_one(ReviewItem, desk.number).skipped_by = [ana.id]
    last = release(desk, "Wo ist das Amt?", near=("job_search",))
    with desk.database.reading() as session:
        waiting = list_waiting(session, account(session, "Ana"), desk.clock.now())
    assert [entry.item.id for entry in waiting] == [last.id]


def test_translators_alone_are_no_readers_of_questions(database: Database, clock: StandingClock) -> None:
    with database.writing() as session:
        add_account(session, "Tom", Role.TRANSLATOR, ["uk"], clock.now())
        session.flush()
        assert not reviewing.has_reviewers(session)
        add_account(session, "Ana", Role.VOLUNTEER, ["uk"], clock.now())
        session.flush()
        assert reviewing.has_reviewers(session)


@pytest.mark.parametrize("name", ["", "Asker", "x" * 61])
def test_name_that_would_be_mistaken_or_does_not_fit_is_refused(
    database: Database, clock: StandingClock, name: str
) -> None:
    with database.writing() as session, pytest.raises(BotError):
        add_account(session, name, Role.VOLUNTEER, ["uk"], clock.now())


def test_reply_is_announced_when_the_claim_has_lapsed(desk: Desk) -> None:
    register(desk, "Ana")
    desk.answer("Ja.", content())
    desk.tell(content())
    assert reply(desk)
    outbox = TableQueue(desk.database, OutboxRow, desk.clock)

    def announced() -> int:
        with desk.database.writing() as session:
            return announce_replies(session, outbox, desk.vault, desk.clock.now(), "http://desk")

    with desk.database.writing() as session:
        claim_item(session, desk.number, account(session, "Ana"), desk.clock.now())
    assert announced() == 0
    desk.clock.move(minutes=31)
    assert announced() == 1
    assert announced() == 0
