"""`bot content gaps`: what staff should find out, topic by topic: missing facts, old ones, rules that move."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.messages.content import Content, Fact, Place, Rule
from bot.services.checking_facts import is_stale, tell_end
from bot.states import Force


class GapKind(StrEnum):
    """What is the matter."""

    MISSING = "missing"  # no fact says it
    OPEN = "open"  # a rule that is changing or ends soon
    STALE = "stale"  # likely to change, and old
    UNDATED = "undated"  # likely to change, and its page has no date


@dataclass(frozen=True)
class GapRow:
    """One line of the list.

    Attributes:
        what: what to find out, in English.
        ask: name of the place that would know, or the page that the fact came from.
    """

    kind: GapKind
    key: str
    topics: tuple[str, ...]
    what: str
    ask: str


def list_gaps(content: Content, today: dt.date) -> list[GapRow]:
    """Return what is missing, open, stale or undated, in this order; within each by topic as in topics.yml."""
    order = {topic: number for number, topic in enumerate(content.topics)}
    rows = [*_find_missing(content), *_find_moving_rules(content, today), *_find_old_facts(content, today)]
    kinds = list(GapKind)
    return sorted(rows, key=lambda row: (kinds.index(row.kind), min(order.get(t, 999) for t in row.topics), row.key))


def _find_missing(content: Content) -> Iterator[GapRow]:
    for gap in content.gaps.values():
        place = content.places.get(gap.ask or "")
        yield GapRow(GapKind.MISSING, gap.id, gap.topics, gap.missing, _tell_contact(place) if place else "-")


def _find_moving_rules(content: Content, today: dt.date) -> Iterator[GapRow]:
    for rule in content.rules.values():
        if rule.force is Force.OPEN:
            yield GapRow(GapKind.OPEN, rule.id, rule.topics, f"Is it in force? {rule.statement}", rule.source_url)
        elif ending := tell_end(rule, today):
            yield GapRow(GapKind.OPEN, rule.id, rule.topics, f"It {ending}: what holds then?", rule.source_url)


def _find_old_facts(content: Content, today: dt.date) -> Iterator[GapRow]:
    facts: list[Fact] = [*content.places.values(), *content.events.values(), *content.rules.values()]
    for fact in facts:
        if not fact.volatile or fact.confirmed_on:
            continue
        if not fact.source_date:
            yield GapRow(GapKind.UNDATED, fact.id, fact.topics, f"{_name(fact)}: does it still hold?", fact.source_url)
        elif is_stale(fact, today):
            what = f"{_name(fact)}, as of {fact.source_date}: does it still hold?"
            yield GapRow(GapKind.STALE, fact.id, fact.topics, what, fact.source_url)


def _name(fact: Fact) -> str:
    return fact.statement if isinstance(fact, Rule) else getattr(fact, "name", fact.id)


def _tell_contact(place: Place) -> str:
    return ", ".join(part for part in (place.name, place.phone, place.url) if part)
