"""When facts are due, where they are used, who confirms them, and what offices send back."""

import datetime as dt
from dataclasses import replace
from functools import cache

import pytest

from bot.db import Database
from bot.errors import ConflictError, NotFoundError
from bot.messages.content import AnyFact, Content, Event, Figure, Place, Rule
from bot.services.asking_offices import list_lines, take_reply
from bot.services.editing_content import find_body, list_proposals, list_revisions
from bot.services.finding_due import DueReason, find_due
from bot.services.finding_uses import find_lost_fields, find_uses
from bot.services.importing_events import TableError, read_events
from bot.services.keeping_facts import (
    FactKind,
    confirm_fact,
    get_fact,
    list_office_facts,
    search_facts,
    store_fact,
    suggest_office,
)
from bot.services.reading_fields import Fault
from bot.services.reading_tables import decode_table, read_rows, write_rows
from bot.services.storing_content import build_content, import_content, load_content
from tests.conftest import StandingClock, read_shipped

TODAY = dt.date(2026, 11, 24)
OFFICE = "stadtbibliothek"
EVENT = "stadtbibliothek-sprachcafe"
NAMES = {name: name for name in ("address", "phone", "email", "url", "hours", "next_date")}


@cache
def content() -> Content:
    return build_content(read_shipped())


def alone(fact: AnyFact) -> Content:
    """Return the content with this fact alone."""
    return replace(
        content(),
        places={fact.id: fact} if isinstance(fact, Place) else {},
        events={fact.id: fact} if isinstance(fact, Event) else {},
        rules={fact.id: fact} if isinstance(fact, Rule) else {},
    )


def origin(**fields: object) -> dict[str, object]:
    return {"id": "x", "topics": ["find_flat"], "source_url": "https://example.org", "seen": "2020-01-31", **fields}


def a_place(**fields: object) -> Place:
    return Place.model_validate(origin(name="X", kind="office", phone="115", **fields))


def a_rule(**fields: object) -> Rule:
    return Rule.model_validate(origin(statement="X", **fields))


def an_event(**fields: object) -> Event:
    return Event.model_validate(origin(name="X", organiser="X", **fields))


_FEE = {"fee": Figure(value=3, unit="EUR")}
_DEADLINE = {"deadline": Figure(value=2, unit="weeks")}


@pytest.mark.parametrize(
    ("fact", "reason", "due_on"),
    [
        (a_rule(), DueReason.LAW, dt.date(2020, 4, 30)),
        (a_rule(figures=_DEADLINE), DueReason.LAW, dt.date(2020, 4, 30)),
        (a_rule(figures=_FEE), DueReason.AMOUNT, dt.date(2020, 7, 31)),
        (a_place(hours="Mo 09:00-10:00"), DueReason.HOURS, dt.date(2020, 7, 31)),
        (a_place(), DueReason.CONTACT, dt.date(2021, 1, 31)),
        (an_event(), DueReason.CONTACT, dt.date(2021, 1, 31)),
    ],
)
def test_fact_is_due_from_its_day_on(fact: AnyFact, reason: DueReason, due_on: dt.date) -> None:
    assert find_due(alone(fact), due_on - dt.timedelta(days=1)) == []
    (due,) = find_due(alone(fact), due_on)
    assert (due.reason, due.due_on, due.days_overdue) == (reason, due_on, 0)
    (due,) = find_due(alone(fact), due_on + dt.timedelta(days=9))
    assert due.days_overdue == 9


def test_age_counts_from_confirmation_then_source_then_reading() -> None:
    confirmed = {"confirmed_by": "X", "confirmed_on": "2022-05-05"}
    assert [
        find_due(alone(fact), TODAY)[0].due_on
        for fact in (a_place(source_date="2021", **confirmed), a_place(source_date="2021"), a_place())
    ] == [dt.date(2023, 5, 5), dt.date(2022, 1, 1), dt.date(2021, 1, 31)]


def test_rule_that_ends_is_told_60_days_before() -> None:
    fresh = {"confirmed_by": "X", "confirmed_on": TODAY}
    ends = TODAY + dt.timedelta(days=60)
    (due,) = find_due(alone(a_rule(valid_until=ends, **fresh)), TODAY)
    assert (due.reason, due.days_overdue) == (DueReason.ENDING, -60)
    assert find_due(alone(a_rule(valid_until=ends + dt.timedelta(days=1), **fresh)), TODAY) == []
    assert find_due(alone(a_rule(valid_until=ends, replaced_by="y", **fresh)), TODAY) == []


def test_event_is_due_the_day_after_it_took_place() -> None:
    event = an_event(next_date=TODAY, confirmed_by="X", confirmed_on=TODAY)
    assert find_due(alone(event), TODAY) == []
    (due,) = find_due(alone(event), TODAY + dt.timedelta(days=1))
    assert (due.reason, due.days_overdue) == (DueReason.OVER, 1)


def test_longest_overdue_stands_first() -> None:
    days = [due.days_overdue for due in find_due(content(), TODAY)]
    assert days
    assert days == sorted(days, reverse=True)


def test_uses_name_answers_in_all_languages_and_other_facts() -> None:
    uses = find_uses(content(), get_fact(content(), "places", OFFICE), TODAY)
    assert (FactKind.EVENTS, EVENT) in uses.facts
    topic, key, field = next(
        (topic, key, field)
        for topic, answer in content().answers["de"].items()
        for key, field in sorted(answer.placeholders())
    )
    fact = content().find_fact(key)
    assert fact
    found = [use for use in find_uses(content(), fact, TODAY).answers if use.topic == topic]
    assert {use.language for use in found} == set(content().answers)
    assert all(field in use.fields for use in found)


def test_unknown_fact_is_not_found() -> None:
    for kind, key in (("places", "nowhere"), ("rulers", OFFICE), ("rules", OFFICE)):
        with pytest.raises(NotFoundError):
            get_fact(content(), kind, key)


def test_field_that_an_answer_names_would_be_missed() -> None:
    topic, key = next(
        (topic, key)
        for topic, answer in content().answers["de"].items()
        for key, field in sorted(answer.placeholders())
        if field == "phone"
    )
    place = content().places[key]
    assert find_lost_fields(content(), place) == ()
    lost = find_lost_fields(content(), place.model_copy(update={"phone": None}))
    assert (topic, ("phone",)) in {(use.topic, use.fields) for use in lost}


def test_search_needs_every_word() -> None:
    name = content().places[OFFICE].name.split()
    assert [fact.id for fact in search_facts(content(), " ".join(name), FactKind.PLACES)] == [OFFICE]
    assert search_facts(content(), f"{name[0]} nothingofthekind") == []
    assert search_facts(content(), "", FactKind.RULES) == list(content().rules.values())


def test_nobody_vouches_by_one_click_for_what_stands_on_somebody_elses_page() -> None:
    place = a_place(url="https://www.example.org/ueber-uns")
    assert suggest_office(content(), place) == "X"
    assert suggest_office(content(), a_place(url="https://amt.example")) == ""
    assert suggest_office(content(), a_place()) == ""
    assert suggest_office(content(), an_event(url="https://amt.example")) == ""
    assert suggest_office(content(), a_rule()) == ""


def test_phone_is_found_however_it_is_written() -> None:
    found = alone(a_place().model_copy(update={"phone": "+49 391 5495840"}))
    for words in ("0391 54 95 840", "0391/5495840", "+493915495840", "5495840"):
        assert [fact.id for fact in search_facts(found, words)] == ["x"], words
    assert search_facts(found, "0391 999999") == []


def test_office_of_an_event_is_whom_it_names() -> None:
    event = content().events[EVENT].model_copy(update={"url": None})
    assert suggest_office(content(), event) == content().places[OFFICE].name
    assert suggest_office(content(), event.model_copy(update={"ask": None})) == event.organiser


def test_office_can_confirm_itself_its_events_and_its_web_page() -> None:
    office = content().places[OFFICE]
    rule = a_rule(source_url=f"{office.url}/rules")
    other = a_rule(id="y", source_url="https://example.org")
    known = replace(content(), rules={"x": rule, "y": other})
    found = list_office_facts(known, office)
    assert {office.id, EVENT, "x"} <= {fact.id for fact in found}
    assert other not in found


@pytest.fixture
def filled(database: Database, clock: StandingClock) -> Database:
    with database.writing() as session:
        import_content(session, read_shipped(), clock.now())
    return database


def test_confirmation_is_a_revision_by_its_author(filled: Database, clock: StandingClock) -> None:
    with filled.writing() as session:
        confirm_fact(session, FactKind.PLACES, OFFICE, "Office", "Eva", clock.now(), TODAY)
    with filled.reading() as session:
        place = load_content(session).places[OFFICE]
        (revision,) = list_revisions(session, "places.yml", OFFICE)
    assert (place.confirmed_by, place.confirmed_on, place.seen) == ("Office", TODAY, TODAY)
    assert revision.author == "Eva"


def test_confirmation_of_nothing_is_refused(filled: Database, clock: StandingClock) -> None:
    with filled.writing() as session, pytest.raises(NotFoundError):
        confirm_fact(session, FactKind.PLACES, "nowhere", "Office", "Eva", clock.now(), TODAY)


def test_fact_that_changed_meanwhile_is_not_overwritten(filled: Database, clock: StandingClock) -> None:
    with filled.writing() as session:
        body = find_body(session, "places.yml", OFFICE)
        assert body
        with pytest.raises(ConflictError):
            store_fact(session, FactKind.PLACES, body, "Eva", clock.now(), seen=body | {"phone": "115"})


def test_with_four_eyes_nothing_goes_live_at_once(filled: Database, clock: StandingClock) -> None:
    with filled.writing() as session:
        body = find_body(session, "places.yml", OFFICE)
        assert body
        changed = body | {"phone": "115"}
        store_fact(session, FactKind.PLACES, changed, "Eva", clock.now(), seen=body, four_eyes=True)
        assert find_body(session, "places.yml", OFFICE) == body
        assert [revision.key for revision in list_proposals(session)] == [OFFICE]


def test_lines_for_an_office_say_figures_in_german() -> None:
    rule, figure = next(
        (content().rules[key], figure)
        for answer in content().answers["de"].values()
        for key, figure in sorted(answer.placeholders())
        if key in content().rules and content().rules[key].usable(TODAY)
    )
    lines = {line.field: line.says for line in list_lines(content(), rule, NAMES, TODAY)}
    assert str(int(rule.figures[figure].value)) in lines[figure].replace(".", "")
    assert "{" not in lines[figure]


def test_secret_address_is_no_line() -> None:
    place = a_place(address="Nowhere 1", address_secret=True)
    assert [line.id for line in list_lines(alone(place), place, NAMES, TODAY)] == ["x.phone"]


def reply(database: Database, clock: StandingClock, *lines: str) -> tuple[list[str], list[str], list[str], list[str]]:
    table = "\n".join(["id;says;right;correction", *lines])
    facts = [get_fact(content(), "events", EVENT)]
    with database.writing() as session:
        came = take_reply(session, "Office", facts, table, "Eva", clock.now(), TODAY)
    return came.confirmed, came.proposed, [entry.id for entry in came.unclear], came.open


@pytest.mark.parametrize(
    ("lines", "came"),
    [
        ((f"{EVENT}.address;;ja;", f"{EVENT}.url;;X;"), ([EVENT], [], [], [])),
        ((f"{EVENT}.address;;ja;", f"{EVENT}.url;;;"), ([], [], [], [EVENT])),
        ((f"{EVENT}.address;;;Nowhere 1", f"{EVENT}.url;;ja;"), ([], [EVENT], [], [])),
        ((f"{EVENT}.address;;nein;", f"{EVENT}.url;;ja;"), ([], [], [f"{EVENT}.address"], [])),
        ((f"{EVENT}.address;;ja;", f"{EVENT}.url;;;no link"), ([], [], [f"{EVENT}.url"], [])),
        (("other.phone;;ja;",), ([], [], ["other.phone"], [])),
        ((f"{EVENT}.address;;;", f"{EVENT}.url;;;"), ([], [], [], [])),
    ],
)
def test_reply_of_an_office(
    filled: Database,
    clock: StandingClock,
    lines: tuple[str, ...],
    came: tuple[list[str], list[str], list[str], list[str]],
) -> None:
    assert reply(filled, clock, *lines) == came
    with filled.reading() as session:
        event = load_content(session).events[EVENT]
        proposals = list_proposals(session)
    assert event.address == content().events[EVENT].address
    assert bool(event.confirmed_on) == bool(came[0])
    assert [proposal.key for proposal in proposals] == came[1]


def test_corrected_amount_waits_as_a_proposal(filled: Database, clock: StandingClock) -> None:
    rule = next(rule for rule in content().rules.values() if len(rule.figures) == 1)
    (name,) = rule.figures
    with filled.writing() as session:
        table = f"id;says;right;correction\n{rule.id}.{name};;;1.234,50 €\n"
        take_reply(session, "Office", [rule], table, "Eva", clock.now(), TODAY)
        (proposal,) = list_proposals(session)
        assert proposal.body["figures"][name] == {"value": 1234.5, "unit": rule.figures[name].unit}
        assert proposal.body["confirmed_by"] == "Office"


def test_table_is_read_whatever_wrote_it() -> None:
    for text in ("\ufeffa;b\r\nGröße, x;2\r\n", 'a,b\n"Größe, x",2\n\n', "a\tb\nGröße, x\t2\n"):
        assert read_rows(text)[1][1] == ["Größe, x", "2"]
        assert decode_table(text.lstrip("\ufeff").encode("cp1252")) == text.lstrip("\ufeff")
        assert decode_table(text.encode()) == text.lstrip("\ufeff")
    assert read_rows(write_rows([["a;b", "c\nd"]])) == [(2, ["a;b", "c\nd"])]


def test_events_of_a_table_say_what_is_wrong_with_each_line() -> None:
    known = next(iter(content().events.values())).name
    table = (
        "name,organiser,next_date,topics,url\n"
        "Good,Nobody,2026-12-05,meet_employers job_search,https://example.org\n"
        "Good,Nobody,2026-12-05,meet_employers,https://example.org\n"
        f'"{known}",Nobody,2026-12-05,meet_employers,https://example.org\n'
        "Old,Nobody,2026-11-23,greet,\n"
        ",,soon,,nowhere\n"
    )
    good, *bad = read_events(table, content(), TODAY)
    assert good.body
    assert good.body["topics"] == ["meet_employers", "job_search"]
    assert [dict(line.faults) for line in bad] == [
        {"name": Fault.NAME_TAKEN},
        {"name": Fault.NAME_TAKEN},
        {"next_date": Fault.PAST, "topics": Fault.TOPIC, "source_url": Fault.MISSING},
        {
            "name": Fault.MISSING,
            "organiser": Fault.MISSING,
            "topics": Fault.MISSING,
            "next_date": Fault.DATE,
            "url": Fault.URL,
            "source_url": Fault.MISSING,
        },
    ]
    assert [line.number for line in (good, *bad)] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("table", ["", "name;topics\n", "1;2;3\n"])
def test_table_without_a_heading_is_refused(table: str) -> None:
    with pytest.raises(TableError):
        read_events(table, content(), TODAY)


def test_line_that_says_something_else_is_for_a_person(filled: Database, clock: StandingClock) -> None:
    event = content().events[EVENT]
    says = {line.id: line.says for line in list_lines(content(), event, NAMES, TODAY)}
    (first, now), (second, same) = says.items()
    table = f"id;says;right;correction\n{first};Treff - Adresse: Nowhere 1;ja;\n{second};{same.replace('–', '?')};ja;\n"
    with filled.writing() as session:
        came = take_reply(session, "Office", [event], table, "Eva", clock.now(), TODAY, says)
    assert now
    assert (came.confirmed, came.proposed) == ([], [])
    assert [(entry.id, entry.text) for entry in came.unclear] == [(first, "Treff - Adresse: Nowhere 1 ja")]


def test_cell_of_a_table_is_never_a_formula() -> None:
    assert read_rows(write_rows([["id", "x"], ["a", '=HYPERLINK("http://evil")']]))[1][1][1].startswith("'=")
