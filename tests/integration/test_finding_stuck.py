"""Questions that nobody takes, and why: on both databases."""

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.models import Account, ReviewItem
from bot.services.claiming_items import claim_item, hand_on, trust, write_answer
from bot.services.finding_stuck import Reason, find_stuck
from bot.services.managing_accounts import add_account
from bot.services.reviewing import add_item, note_unhelpful
from bot.states import Role
from bot.vault import Vault
from tests.conftest import StandingClock
from tests.content.builder import build_small_content


class Desk:
    """A database with two volunteers who read German, and one German question."""

    def __init__(self, database: Database, vault: Vault, clock: StandingClock) -> None:
        self.database, self.vault, self.clock = database, vault, clock
        with database.writing() as session:
            for name in ("Ana", "Bob"):
                add_account(session, name, Role.VOLUNTEER, ["de"], clock.now())
            add_account(session, "Olha", Role.TRANSLATOR, ["uk"], clock.now())
        self.number = self.release("de")

    def release(self, language: str) -> int:
        with self.database.writing() as session:
            return add_item(session, "chat", language, "?", (), self.vault, self.clock.now()).id

    def hand_on(self, name: str) -> None:
        with self.database.writing() as session:
            account = session.scalars(select(Account).where(Account.name == name)).one()
            hand_on(session, claim_item(session, self.number, account, self.clock.now()), account, self.clock.now())

    def stuck(self) -> list[tuple[int, Reason]]:
        with self.database.reading() as session:
            return [(found.number, found.reason) for found in find_stuck(session, self.clock.now())]


@pytest.fixture
def desk(database: Database, vault: Vault, clock: StandingClock) -> Desk:
    return Desk(database, vault, clock)


def test_fresh_question_with_readers_is_not_stuck(desk: Desk) -> None:
    assert desk.stuck() == []


def test_question_in_a_language_that_only_translators_read_is_stuck_at_once(desk: Desk) -> None:
    assert desk.release("uk") == desk.stuck()[0][0]
    assert desk.stuck()[0][1] is Reason.NO_READER


def test_question_is_stuck_when_the_last_reader_has_handed_it_on(desk: Desk) -> None:
    desk.hand_on("Ana")
    assert desk.stuck() == []
    desk.hand_on("Bob")
    assert desk.stuck() == [(desk.number, Reason.HANDED_ON)]


def test_reader_who_no_longer_takes_part_does_not_count(desk: Desk) -> None:
    desk.hand_on("Ana")
    with desk.database.writing() as session:
        session.scalars(select(Account).where(Account.name == "Bob")).one().active = False
    assert desk.stuck() == [(desk.number, Reason.HANDED_ON)]


def test_proposed_answer_is_stuck_until_somebody_with_practice_reads_the_language(desk: Desk) -> None:
    with desk.database.writing() as session:
        ana = session.scalars(select(Account).where(Account.name == "Ana")).one()
        item = claim_item(session, desk.number, ana, desk.clock.now())
        assert write_answer(session, item, "Ja.", build_small_content(), ana, desk.vault, desk.clock.now())
    assert desk.stuck() == [(desk.number, Reason.NO_SECOND_READER)]
    with desk.database.writing() as session:
        trust(session.scalars(select(Account).where(Account.name == "Ana")).one())
    assert desk.stuck() == [(desk.number, Reason.NO_SECOND_READER)]  # nobody reads their own
    with desk.database.writing() as session:
        trust(session.scalars(select(Account).where(Account.name == "Bob")).one())
    assert desk.stuck() == []


@pytest.mark.parametrize(
    ("before", "practised", "after"), [(4, False, 4), (4, True, 10), (12, False, 0), (0, True, 10)]
)
def test_vouching_and_taking_it_back_change_no_other_count(before: int, after: int, *, practised: bool) -> None:
    account = Account(role=Role.VOLUNTEER, own_answers=before)
    trust(account, practised=practised)
    assert account.own_answers == after


def test_question_that_nobody_takes_for_three_days_is_stuck_until_somebody_does(desk: Desk) -> None:
    desk.clock.move(hours=71, minutes=59)
    assert desk.stuck() == []
    desk.clock.move(minutes=1)
    assert desk.stuck() == [(desk.number, Reason.WAITING)]
    with desk.database.writing() as session:
        ana = session.scalars(select(Account).where(Account.name == "Ana")).one()
        claim_item(session, desk.number, ana, desk.clock.now())
    assert desk.stuck() == []
    desk.clock.move(minutes=30)
    assert desk.stuck() == [(desk.number, Reason.WAITING)]


def test_closed_questions_and_unhelpful_answers_are_not_stuck(desk: Desk) -> None:
    with desk.database.writing() as session:
        session.get_one(ReviewItem, desk.number).resolved_at = desk.clock.now()
        note_unhelpful(session, "find_flat", "uk", desk.clock.now())
    desk.clock.move(days=5)
    assert desk.stuck() == []


def test_ten_of_many_are_shown_the_oldest_first(desk: Desk) -> None:
    numbers = [desk.release("uk") for _ in range(12)]
    assert [number for number, _ in desk.stuck()] == numbers[:10]
