"""`bot content gaps`: what staff should find out, topic by topic: missing facts, old ones, rules that move."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.messages.content import Content, Place
from bot.services.checking_facts import ends_soon, has_ended, is_stale
from bot.services.keeping_facts import tell_name
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
        if gap.settled_on:
            continue
        place = content.places.get(gap.ask or "")
        yield GapRow(GapKind.MISSING, gap.id, gap.topics, gap.missing, _tell_contact(place) if place else "-")


def _find_moving_rules(content: Content, today: dt.date) -> Iterator[GapRow]:
    for rule in content.rules.values():
        if rule.force is Force.OPEN:
            yield GapRow(GapKind.OPEN, rule.id, rule.topics, f"Is it in force? {rule.statement}", rule.source_url)
        elif ends_soon(rule, today):
            ending = f"{'ended' if has_ended(rule, today) else 'ends'} on {rule.valid_until}"
            yield GapRow(GapKind.OPEN, rule.id, rule.topics, f"It {ending}: what holds then?", rule.source_url)


def _find_old_facts(content: Content, today: dt.date) -> Iterator[GapRow]:
    for fact in content.facts:
        if not fact.volatile or fact.confirmed_on:
            continue
        if not fact.source_date:
            yield GapRow(
                GapKind.UNDATED, fact.id, fact.topics, f"{tell_name(fact)}: does it still hold?", fact.source_url
            )
        elif is_stale(fact, today):
            what = f"{tell_name(fact)}, as of {fact.source_date}: does it still hold?"
            yield GapRow(GapKind.STALE, fact.id, fact.topics, what, fact.source_url)


def _tell_contact(place: Place) -> str:
    return ", ".join(part for part in (place.name, place.phone, place.url) if part)
