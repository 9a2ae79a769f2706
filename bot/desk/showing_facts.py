"""What several pages show of a fact: its line in a list, why it is due, its address at the desk."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.desk.fact_form import name_fields
from bot.desk.visit import Visit
from bot.i18n import get_strings
from bot.messages.content import AnyFact, Place, Rule
from bot.services.answering import find_title
from bot.services.asking_offices import list_sentences
from bot.services.checking_facts import MAX_PLACES
from bot.services.finding_due import DueFact, DueReason, find_due
from bot.services.keeping_facts import FactKind, kind_of, suggest_office, tell_name
from bot.services.storing_content import fingerprint_body
from bot.services.telling_hours import describe_hours

_NAMED = 2
_TOLD = ("address", "phone", "email", "url", "hours", "next_date")
# Where events belong most often: these topics stand first on their form.
EVENT_TOPICS = ("meet_employers", "german_practice", "apprenticeship")


@dataclass(frozen=True)
class FactRow:
    """A fact in a list, with its badges as (kind, text)."""

    kind: FactKind
    key: str
    name: str
    word: str
    badges: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ToldFact:
    """A fact as it is shown to whoever confirms it.

    Attributes:
        address: of its form.
        name: what it is called, in `language`; rules have no name, and go by the topics that rest on them.
        office: who would know; empty for rules, where a guess could end up as a confirmation that nobody gave.
        lines: what the bot says of it, with the names of the fields; of a rule its figures, with their short names.
        sentences: where German answers say the figures of a rule.
        statement: of a rule, in German for staff: what its source says.
        covered: names of the fields that a confirmation vouches for.
        shown: fingerprint of the fact as it is shown; a click on an older page vouches for nothing.
    """

    address: str
    name: str
    language: str
    office: str
    lines: tuple[tuple[str, str], ...]
    sentences: tuple[str, ...] = ()
    statement: str = ""
    covered: tuple[str, ...] = ()
    shown: str = ""


def fingerprint_fact(fact: AnyFact) -> str:
    """Return what changes whenever anything of a fact does."""
    return fingerprint_body(fact.model_dump(mode="json"))


def show_told(visit: Visit, fact: AnyFact) -> ToldFact:
    """Return a fact as it is shown to whoever confirms it."""
    address, office = find_fact_address(fact), suggest_office(visit.content, fact)
    names = name_fields(visit.strings)
    if isinstance(fact, Rule):
        return ToldFact(
            address,
            ", ".join(find_title(topic, visit.content, visit.language) for topic in fact.topics[:_NAMED]),
            visit.language,
            office,
            lines=tuple((name, visit.strings.figure(each.value, each.unit)) for name, each in fact.figures.items()),
            sentences=list_sentences(visit.content, fact, fact.figures, visit.today),
            statement=fact.statement,
            covered=(names["statement"], *([names["figures"]] if fact.figures else [])),
            shown=fingerprint_fact(fact),
        )
    told = {names[name]: _tell_value(visit, name, value) for name in _TOLD if (value := getattr(fact, name, None))}
    covered = tuple(told) or (names["name"],)
    if isinstance(fact, Place) and fact.address_secret:
        told[names["address_secret"]] = visit.strings.gettext("people are not told")
    return ToldFact(
        address, fact.name, "de", office, tuple(told.items()), covered=covered, shown=fingerprint_fact(fact)
    )


def make_row(visit: Visit, fact: AnyFact, due: Sequence[DueFact]) -> FactRow:
    """Return a fact as lists show it."""
    kind = kind_of(fact)
    return FactRow(kind, fact.id, tell_name(fact), dict(name_fact_kinds(visit))[kind], _list_badges(visit, fact, due))


def word_due(visit: Visit, due: DueFact) -> str:
    """Return why a fact wants to be asked about."""
    strings = visit.strings
    day = strings.date(due.due_on)
    match due.reason:
        case DueReason.ENDING if due.days_overdue > 0:
            return strings.gettext("ended on {date}", date=day)
        case DueReason.ENDING:
            return strings.gettext("ends soon: {date}", date=day)
        case DueReason.OVER:
            return strings.gettext("over since {date}: when is the next one?", date=day)
    return strings.gettext("to be asked about since {date}", date=day)


def group_due(visit: Visit) -> dict[str, list[DueFact]]:
    """Return what is due by fact, longest overdue first."""
    due: dict[str, list[DueFact]] = {}
    for entry in find_due(visit.content, visit.today):
        due.setdefault(entry.fact.id, []).append(entry)
    return due


def name_fact_kinds(visit: Visit) -> list[tuple[FactKind, str]]:
    """Return the kinds of facts with their names."""
    say = visit.strings.gettext
    return [(FactKind.PLACES, say("place")), (FactKind.EVENTS, say("event")), (FactKind.RULES, say("rule"))]


def name_topics(visit: Visit, first: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Return the topics of the city with their titles in the language of the page, some of them at the top."""
    content = visit.content
    topics = dict.fromkeys((*(topic for topic in first if topic in content.city), *content.city))
    return [(topic, find_title(topic, content, visit.language)) for topic in topics]


def name_topics_of_places(visit: Visit) -> list[tuple[str, str]]:
    """Return the topics of the city with their titles, and which of them have no room for another place."""
    full, topics = visit.strings.gettext("shows {count} places already", count=MAX_PLACES), visit.content.topics
    return [
        (topic, f"{title} ({full})" if len(topics[topic].places) >= MAX_PLACES else title)
        for topic, title in name_topics(visit)
    ]


def find_fact_address(fact: AnyFact) -> str:
    """Return the page of a fact."""
    return f"/facts/{kind_of(fact)}/{fact.id}"


def _tell_value(visit: Visit, name: str, value: Any) -> str:
    if isinstance(value, dt.date):
        return visit.strings.date(value)
    hours = describe_hours(value, get_strings(visit.language)) if name == "hours" else ""
    return hours or str(value)


def _list_badges(visit: Visit, fact: AnyFact, due: Sequence[DueFact]) -> list[tuple[str, str]]:
    strings = visit.strings
    if fact.confirmed_by and fact.confirmed_on:
        date = strings.date(fact.confirmed_on)
        origin = ("good", strings.gettext("confirmed by {office} on {date}", office=fact.confirmed_by, date=date))
    elif fact.source_date:
        origin = ("info", strings.gettext("source of {date}", date=strings.partial_date(fact.source_date)))
    else:
        origin = ("info", strings.gettext("source without date, seen on {date}", date=strings.date(fact.seen)))
    moving = isinstance(fact, Rule) and not fact.usable(visit.today) and not due
    return [
        origin,
        *(("warn", word_due(visit, each)) for each in due),
        *([("warn", strings.gettext("not in force now"))] if moving else []),
    ]
