"""The half hour and the share of confirmed answers, on both databases."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.errors import NotFoundError
from bot.models import Counter, PutAway
from bot.services.editing_content import find_body, list_revisions, propose, save, take_back
from bot.services.keeping_facts import FactKind, confirm_fact
from bot.services.listing_tasks import (
    MOST,
    Task,
    TaskKind,
    Worker,
    list_tasks,
    postpone_gap,
    put_away,
    settle_gap,
)
from bot.services.managing_accounts import add_account
from bot.services.measuring_progress import Progress, Share, measure_progress
from bot.services.storing_content import import_content, load_content
from bot.states import Role
from tests.conftest import StandingClock
from tests.content.builder import Tree, build_entries, build_tree

DAY = dt.timedelta(days=1)
FACTS = ["places.yml", "events.yml", "rules.yml"]
Change = Callable[[Tree], Any]


def prepare(database: Database, clock: StandingClock, change: Change = lambda _tree: None) -> None:
    """Import the small content, changed as a test wants it, and register somebody with an account."""
    tree = build_tree()
    change(tree)
    with database.writing() as session:
        import_content(session, build_entries(tree), clock.now() - 400 * DAY)
        add_account(session, "Eva", Role.EDITOR, ["de", "ar"], clock.now())
        add_account(session, "Tom", Role.TRANSLATOR, ["de", "uk"], clock.now())


def ask(
    database: Database, day: dt.date, topic: str, count: int = 1, what: str = "answer", language: str = "de"
) -> None:
    with database.writing() as session:
        session.add(Counter(day=day, what=what, topic=topic, language=language, count=count))


def tasks(
    database: Database,
    today: dt.date,
    role: Role = Role.EDITOR,
    languages: tuple[str, ...] = ("de", "ar"),
    number: int = 1,
) -> list[Task]:
    with database.reading() as session:
        worker = Worker(number, "Eva" if number == 1 else "Tom", role, languages)
        return list(list_tasks(session, load_content(session), worker, today).tasks)


def names(found: list[Task]) -> list[str]:
    return [task.name for task in found]


def confirm_all(tree: Tree, day: str = "2026-11-20") -> None:
    for file in FACTS:
        for fact in tree[file]:
            fact |= {"confirmed_by": "Amt", "confirmed_on": day}


def add_topic(tree: Tree, name: str, **marks: Any) -> None:
    """Add a topic with one place that nobody confirmed, known from January on."""
    tree["topics.yml"]["fields"][0]["topics"].append({"id": name, "places": [f"{name}-office"], **marks})
    place = tree["places.yml"][0] | {"id": f"{name}-office", "topics": [name], "source_date": "2026-01"}
    tree["places.yml"].append({key: value for key, value in place.items() if not key.startswith("confirmed")})
    for file, body in tree.items():
        if file.endswith("/housing.yml"):
            body[name] = {"title": name, "text": "Text.", "state": "public", "translation": "reviewed"}


def add_topics(tree: Tree, *names: str) -> None:
    for name in names:
        add_topic(tree, name)


def find(session: Session, key: str) -> dict[str, Any]:
    """Return the body of a place."""
    body = find_body(session, "places.yml", key)
    assert body
    return dict(body)


# What is there to do.


def test_fact_that_nobody_confirmed_is_a_task_and_one_confirmed_is_none(
    database: Database, clock: StandingClock
) -> None:
    prepare(database, clock)
    found = names(tasks(database, clock.today()))
    assert "confirm:shelter" in found
    assert "confirm:landlord" not in found


def test_confirmed_fact_leaves_the_list_and_comes_back_when_it_is_due(database: Database, clock: StandingClock) -> None:
    prepare(database, clock)
    with database.writing() as session:
        confirm_fact(session, FactKind.PLACES, "shelter", "Amt", "Eva", clock.now(), clock.today())
    assert "confirm:shelter" not in names(tasks(database, clock.today()))
    assert "confirm:shelter" in names(tasks(database, clock.today() + 400 * DAY))


def test_rule_that_ends_within_sixty_days_asks_what_follows_instead_of_whether_it_is_right(
    database: Database, clock: StandingClock
) -> None:
    prepare(database, clock)
    end = dt.date(2027, 12, 31)
    assert "renew:deposit" not in names(tasks(database, end - 61 * DAY))
    found = names(tasks(database, end - 60 * DAY))
    assert "renew:deposit" in found
    assert "confirm:deposit" not in found


def replace_rule(tree: Tree) -> None:
    """Let the rule have ended, and another one that is confirmed hold in its place."""
    (old,) = tree["rules.yml"]
    old |= {"valid_until": "2026-10-31", "replaced_by": "deposit-2026"}
    new = {key: value for key, value in old.items() if key not in {"valid_until", "replaced_by"}}
    confirmed = {"confirmed_by": "Amt", "confirmed_on": "2026-11-20"}
    tree["rules.yml"].append(new | confirmed | {"id": "deposit-2026", "valid_from": "2026-11-01"})


def test_rule_that_another_one_replaced_is_asked_about_no_more(database: Database, clock: StandingClock) -> None:
    prepare(database, clock, replace_rule)
    assert not [name for name in names(tasks(database, clock.today())) if "deposit" in name]


def test_event_whose_day_is_over_asks_for_the_next_one(database: Database, clock: StandingClock) -> None:
    prepare(database, clock)
    assert "renew:flat-fair" in names(tasks(database, dt.date(2027, 1, 23)))


def test_translations_that_nobody_read_or_that_are_outdated_or_missing_are_tasks(
    database: Database, clock: StandingClock
) -> None:
    def change(tree: Tree) -> None:
        tree["ar/housing.yml"]["find_flat"]["translation"] = "machine_draft"
        tree["ar/conversation.yml"]["greet"]["source"] = "0" * 12
        del tree["ar/conversation.yml"]["crisis"]

    prepare(database, clock, change)
    found = {task.name: task.translation for task in tasks(database, clock.today()) if task.kind is TaskKind.READ}
    assert found == {"read:find_flat:ar": "machine_draft", "read:greet:ar": "outdated", "read:crisis:ar": None}


def test_german_text_that_is_not_public_waits_for_approval(database: Database, clock: StandingClock) -> None:
    prepare(database, clock, lambda tree: tree["de/housing.yml"]["find_flat"].update(state="review"))
    assert "approve:find_flat:de" in names(tasks(database, clock.today()))
    assert "approve:greet:de" not in names(tasks(database, clock.today()))


def test_gap_is_a_task_once_people_ask_for_it(database: Database, clock: StandingClock) -> None:
    prepare(database, clock)
    assert "fill:landlord-hours-in-summer" not in names(tasks(database, clock.today()))
    ask(database, clock.today(), "find_flat")
    assert "fill:landlord-hours-in-summer" in names(tasks(database, clock.today()))


def test_proposals_that_wait_are_one_task(database: Database, clock: StandingClock) -> None:
    prepare(database, clock)
    with database.writing() as session:
        for key in ("landlord", "shelter"):
            propose(session, "places.yml", key, find(session, key), "Eva", clock.now())
    found = [task for task in tasks(database, clock.today()) if task.kind is TaskKind.DECIDE]
    assert [task.count for task in found] == [2]


def test_own_proposals_are_no_task_where_another_person_has_to_approve(
    database: Database, clock: StandingClock
) -> None:
    prepare(database, clock)
    with database.writing() as session:
        propose(session, "places.yml", "shelter", find(session, "shelter"), "Eva", clock.now())
        worker = Worker(1, "Eva", Role.EDITOR, ("de",), four_eyes=True)
        found = list_tasks(session, load_content(session), worker, clock.today()).tasks
    assert TaskKind.DECIDE not in {task.kind for task in found}


def test_translator_gets_the_texts_of_their_own_languages_and_nothing_else(
    database: Database, clock: StandingClock
) -> None:
    def change(tree: Tree) -> None:
        for tag in ("ar", "uk"):
            tree[f"{tag}/housing.yml"]["find_flat"]["translation"] = "machine_draft"

    prepare(database, clock, change)
    found = tasks(database, clock.today(), Role.TRANSLATOR, ("de", "uk"), number=2)
    assert names(found) == ["read:find_flat:uk"]


def test_volunteer_has_no_tasks(database: Database, clock: StandingClock) -> None:
    prepare(database, clock)
    assert tasks(database, clock.today(), Role.VOLUNTEER) == []


# In which order, and how many.


def test_what_does_harm_comes_before_what_is_asked_often(database: Database, clock: StandingClock) -> None:
    def change(tree: Tree) -> None:
        for name, marks in (("plain", {}), ("urgent", {"urgent": True}), ("legal", {"care": "legal"})):
            add_topic(tree, name, **marks)

    prepare(database, clock, change)
    ask(database, clock.today(), "plain", 100)
    ask(database, clock.today(), "legal", 5)
    found = [name for name in names(tasks(database, clock.today())) if name.endswith("-office")]
    assert found == ["confirm:legal-office", "confirm:urgent-office", "confirm:plain-office"]


def test_danger_is_among_what_does_harm(database: Database, clock: StandingClock) -> None:
    prepare(database, clock)
    assert names(tasks(database, clock.today()))[0] == "confirm:emergency"


@pytest.mark.parametrize(("what", "first"), [("answer", "b"), ("chosen", "b"), ("suggest", "b"), ("unhelpful", "a")])
def test_demand_decides_among_equals(database: Database, clock: StandingClock, what: str, first: str) -> None:
    prepare(database, clock, lambda tree: add_topics(tree, "a", "b"))
    ask(database, clock.today(), "b", what=what)
    found = [name for name in names(tasks(database, clock.today())) if name.endswith("-office")]
    assert found[0] == f"confirm:{first}-office"


def test_questions_of_more_than_ninety_days_ago_do_not_count(database: Database, clock: StandingClock) -> None:
    prepare(database, clock, lambda tree: add_topics(tree, "a", "b"))
    ask(database, clock.today() - 90 * DAY, "b", 50)
    ask(database, clock.today() - 89 * DAY, "a", 1)
    found = {task.name: task.demand for task in tasks(database, clock.today())}
    assert (found["confirm:a-office"], found["confirm:b-office"]) == (1, 0)


def test_age_decides_when_nobody_asks(database: Database, clock: StandingClock) -> None:
    def change(tree: Tree) -> None:
        add_topics(tree, "a", "b")
        tree["places.yml"][-1]["source_date"] = "2019"

    prepare(database, clock, change)
    found = [name for name in names(tasks(database, clock.today())) if name.endswith("-office")]
    assert found == ["confirm:b-office", "confirm:a-office"]


def test_ten_tasks_are_shown_and_the_rest_is_counted(database: Database, clock: StandingClock) -> None:
    prepare(database, clock, lambda tree: add_topics(tree, *(f"topic{number}" for number in range(12))))
    with database.reading() as session:
        worker = Worker(1, "Eva", Role.EDITOR, ("de",))
        agenda = list_tasks(session, load_content(session), worker, clock.today())
    assert len(agenda.tasks) == MOST
    assert sum(agenda.more.values()) == 12 + len(["emergency", "shelter", "flat-fair", "deposit"]) - MOST


# Put away, settled.


def test_task_put_away_is_gone_for_a_week_and_for_this_person_alone(database: Database, clock: StandingClock) -> None:
    prepare(database, clock)
    today = clock.today()
    with database.writing() as session:
        put_away(session, "confirm:shelter", 1, today + 7 * DAY, today)
    assert "confirm:shelter" not in names(tasks(database, today + 6 * DAY))
    assert "confirm:shelter" in names(tasks(database, today + 7 * DAY))
    assert "confirm:shelter" in names(tasks(database, today, number=2))


@pytest.mark.parametrize("name", ["", "dance:shelter", "confirm:<b>", "confirm:" + "x" * 160, "confirm:a:b:c"])
def test_what_is_no_task_cannot_be_put_away(database: Database, clock: StandingClock, name: str) -> None:
    prepare(database, clock)
    with database.writing() as session, pytest.raises(NotFoundError):
        put_away(session, name, 1, clock.today() + DAY, clock.today())


def test_rows_whose_day_is_over_do_not_pile_up(database: Database, clock: StandingClock) -> None:
    prepare(database, clock)
    today = clock.today()
    with database.writing() as session:
        put_away(session, "confirm:shelter", 1, today + 7 * DAY, today)
        put_away(session, "confirm:deposit", 1, today + 14 * DAY, today + 7 * DAY)
        assert session.scalar(select(func.count()).select_from(PutAway)) == 1


def test_gap_still_unknown_comes_back_for_everybody_in_thirty_days(database: Database, clock: StandingClock) -> None:
    prepare(database, clock)
    today = clock.today()
    ask(database, today, "find_flat")
    with database.writing() as session:
        postpone_gap(session, "landlord-hours-in-summer", today)
    for number in (1, 2):
        assert "fill:landlord-hours-in-summer" not in names(tasks(database, today + 29 * DAY, number=number))
        assert "fill:landlord-hours-in-summer" in names(tasks(database, today + 30 * DAY, number=number))


def test_settled_gap_is_asked_for_no_more_and_stands_in_the_history(database: Database, clock: StandingClock) -> None:
    prepare(database, clock)
    ask(database, clock.today(), "find_flat")
    with database.writing() as session:
        settle_gap(session, "landlord-hours-in-summer", "Eva", clock.now(), clock.today())
        authors = [revision.author for revision in list_revisions(session, "gaps.yml", "landlord-hours-in-summer")]
    assert authors == ["Eva"]
    assert "fill:landlord-hours-in-summer" not in names(tasks(database, clock.today() + 60 * DAY))


def test_gap_that_does_not_exist_is_neither_postponed_nor_settled(database: Database, clock: StandingClock) -> None:
    prepare(database, clock)
    with database.writing() as session:
        with pytest.raises(NotFoundError):
            postpone_gap(session, "nothing", clock.today())
        with pytest.raises(NotFoundError):
            settle_gap(session, "nothing", "Eva", clock.now(), clock.today())


# The share of questions with a confirmed answer.


def measure(database: Database, clock: StandingClock) -> Progress:
    with database.reading() as session:
        return measure_progress(session, load_content(session), clock.now(), clock.today())


def test_progress_counts_questions_and_not_answers(database: Database, clock: StandingClock) -> None:
    def change(tree: Tree) -> None:
        confirm_all(tree)
        add_topic(tree, "plain")

    prepare(database, clock, change)
    ask(database, clock.today(), "find_flat", 30, language="ar")
    ask(database, clock.today(), "crisis", 9, what="crisis")
    ask(database, clock.today(), "plain", 20)
    progress = measure(database, clock)
    assert progress.now == Share(asked=59, confirmed=39)
    assert progress.now.percent == 66


def test_question_that_found_no_answer_was_asked_all_the_same(database: Database, clock: StandingClock) -> None:
    prepare(database, clock, confirm_all)
    ask(database, clock.today(), "find_flat", 1)
    ask(database, clock.today(), "", 3, what="handover")
    assert measure(database, clock).now == Share(4, 1)


@pytest.mark.parametrize("what", ["suggest", "helpful", "unhelpful", "conversation", "shared"])
def test_what_is_no_question_is_not_counted(database: Database, clock: StandingClock, what: str) -> None:
    prepare(database, clock, confirm_all)
    ask(database, clock.today(), "find_flat", what=what)
    assert measure(database, clock).now == Share(0, 0)


def spoil_place(tree: Tree) -> None:
    del tree["places.yml"][2]["confirmed_by"], tree["places.yml"][2]["confirmed_on"]


def spoil_rule(tree: Tree) -> None:
    tree["rules.yml"][0]["confirmed_on"] = "2026-08-20"  # law is due after three months


def spoil_translation(tree: Tree) -> None:
    tree["ar/housing.yml"]["find_flat"]["translation"] = "machine_draft"


def spoil_source(tree: Tree) -> None:
    tree["ar/housing.yml"]["find_flat"]["source"] = "0" * 12


def spoil_german(tree: Tree) -> None:
    tree["de/housing.yml"]["find_flat"]["state"] = "review"


def remove_answer(tree: Tree) -> None:
    del tree["ar/housing.yml"]["find_flat"]


@pytest.mark.parametrize(
    "spoil", [spoil_place, spoil_rule, spoil_translation, spoil_source, spoil_german, remove_answer]
)
def test_answer_with_one_weak_part_is_not_confirmed(database: Database, clock: StandingClock, spoil: Change) -> None:
    def change(tree: Tree) -> None:
        confirm_all(tree)
        spoil(tree)

    prepare(database, clock, change)
    ask(database, clock.today(), "find_flat", language="ar")
    assert measure(database, clock).now == Share(1, 0)


def test_rule_that_replaced_another_counts_in_its_place(database: Database, clock: StandingClock) -> None:
    def change(tree: Tree) -> None:
        confirm_all(tree)
        del tree["rules.yml"][0]["confirmed_by"], tree["rules.yml"][0]["confirmed_on"]
        replace_rule(tree)

    prepare(database, clock, change)
    ask(database, clock.today(), "find_flat")
    assert measure(database, clock).now == Share(1, 1)


def test_without_questions_there_is_no_share_and_no_trend(database: Database, clock: StandingClock) -> None:
    prepare(database, clock, confirm_all)
    progress = measure(database, clock)
    assert progress.now.percent is None
    assert progress.change is None


def test_trend_compares_with_the_content_as_it_was_a_month_ago(database: Database, clock: StandingClock) -> None:
    prepare(database, clock)
    for day in (clock.today(), clock.today() - 40 * DAY):
        ask(database, day, "find_flat", 2)
        ask(database, day, "crisis", 2, what="crisis")
    assert measure(database, clock).change == 0
    with database.writing() as session:
        for _ in range(2):  # of two changes of the same fact the earlier one tells what was there
            confirm_fact(session, FactKind.PLACES, "emergency", "Amt", "Eva", clock.now(), clock.today())
    progress = measure(database, clock)
    assert (progress.before, progress.now) == (Share(4, 0), Share(8, 4))
    assert progress.change == 50


def test_fact_that_was_added_and_taken_back_this_month_does_not_disturb_the_trend(
    database: Database, clock: StandingClock
) -> None:
    prepare(database, clock)
    ask(database, clock.today() - 40 * DAY, "find_flat")
    with database.writing() as session:
        body = find(session, "shelter") | {"id": "new-place"}
        revision = save(session, "places.yml", "new-place", body, "Eva", clock.now(), seen=None)
        take_back(session, revision, "Eva", clock.now())
    assert measure(database, clock).before == Share(1, 0)
