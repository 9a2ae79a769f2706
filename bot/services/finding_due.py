"""When a fact is due to be asked about: law every three months, prices and hours six, addresses and phones twelve."""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.messages.content import AnyFact, Content, Event, Place, Rule
from bot.services.checking_facts import ends_soon


class DueReason(StrEnum):
    """Why a fact wants to be asked about."""

    LAW = "law"  # a rule without an amount
    AMOUNT = "amount"
    HOURS = "hours"
    CONTACT = "contact"  # address, phone, link
    ENDING = "ending"  # a rule that ends within 60 days, or has ended, with nothing to follow it
    OVER = "over"  # the day of an event has passed


_MONTHS: Mapping[DueReason, int] = {
    DueReason.LAW: 3,
    DueReason.AMOUNT: 6,
    DueReason.HOURS: 6,
    DueReason.CONTACT: 12,
}


@dataclass(frozen=True)
class DueFact:
    """A fact that somebody should ask about.

    Attributes:
        due_on: the day it is due, or that a rule ends.
        days_overdue: days since then; negative for a rule that has not ended yet.
    """

    fact: AnyFact
    reason: DueReason
    due_on: dt.date
    days_overdue: int


def find_due(content: Content, today: dt.date) -> list[DueFact]:
    """Return the facts to ask about, longest overdue first; one that is old and ends soon comes twice."""
    due = [entry for fact in content.facts for entry in _judge(fact, today)]
    return sorted(due, key=lambda entry: (-entry.days_overdue, entry.fact.id))


def _judge(fact: AnyFact, today: dt.date) -> Iterator[DueFact]:
    if isinstance(fact, Rule) and fact.valid_until and ends_soon(fact, today):
        yield DueFact(fact, DueReason.ENDING, fact.valid_until, (today - fact.valid_until).days)
    if isinstance(fact, Event) and fact.next_date and fact.next_date < today:
        yield DueFact(fact, DueReason.OVER, fact.next_date, (today - fact.next_date).days)
    reason = _what_ages(fact)
    due_on = _add_months(fact.known_on or fact.seen, _MONTHS[reason])
    if due_on <= today:
        yield DueFact(fact, reason, due_on, (today - due_on).days)


def _what_ages(fact: AnyFact) -> DueReason:
    """Return what of a fact goes out of date first."""
    if isinstance(fact, Rule):
        amounts = any(figure.unit == "EUR" for figure in fact.figures.values())
        return DueReason.AMOUNT if amounts else DueReason.LAW
    return DueReason.HOURS if isinstance(fact, Place) and fact.hours else DueReason.CONTACT


def _add_months(day: dt.date, months: int) -> dt.date:
    """Return the same day some months later, or the last one of a month that is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, monthrange(year, month)[1]))
