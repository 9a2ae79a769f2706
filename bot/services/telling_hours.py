"""Opening hours, written for the reader."""

import datetime as dt
from itertools import groupby

from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]

from bot.i18n import Strings
from bot.messages.content import Place

FRESH = dt.timedelta(days=365)
_WEEK = 7
_MONDAY = dt.datetime(2024, 1, 1)  # noqa: DTZ001 - the library counts in the place's own time


def describe_hours(hours: str, strings: Strings) -> str:
    """Return hours in the OSM syntax as "Mon–Thu 09:00–12:00, 13:00–16:00; Fri 09:00–12:00"; empty when none is open.

    An ordinary week without public holidays is described; hours that are only a comment ("nach Vereinbarung")
    are said to be by appointment.
    """
    if hours.startswith('"'):
        return strings.gettext("by appointment")
    names = strings.weekdays()
    days = [_spans(hours, day, strings) for day in range(_WEEK)]
    runs = []
    for spans, group in groupby(range(_WEEK), key=lambda day: days[day]):
        members = list(group)
        if spans:
            first, last = names[members[0]], names[members[-1]]
            runs.append(f"{first if first == last else f'{first}–{last}'} {spans}")
    return "; ".join(runs)


def _spans(hours: str, day: int, strings: Strings) -> str:
    start = _MONDAY + dt.timedelta(days=day)
    schedule = OpeningHours(hours)
    spans = []
    for begins, ends, state, *_ in schedule.intervals(start, start + dt.timedelta(days=1)):
        if str(state) == "open":
            # "14:00+" has no known end: the library lets it run to midnight.
            unending = "+" in hours and ends.time() == dt.time.min
            since = strings.time(begins.time())
            spans.append(
                strings.gettext("from {time}", time=since) if unending else f"{since}–{strings.time(ends.time())}"
            )
    return ", ".join(spans)


def hours_are_valid(hours: str) -> bool:
    """Tell whether hours are written in the OSM syntax."""
    try:
        OpeningHours(hours)
    except ParserError:
        return False
    return True


def is_fresh(place: Place, today: dt.date) -> bool:
    """Tell whether the hours may be relied on: confirmed, or from a page younger than twelve months."""
    if place.confirmed_on:
        return today - place.confirmed_on <= FRESH
    if not place.source_date:
        return False
    year, month, day = [*(int(part) for part in place.source_date.split("-")), 1, 1][:3]
    return today - dt.date(year, month, day) <= FRESH


def is_open(place: Place, now: dt.datetime) -> bool:
    """Tell whether a place is open at a local time; hours that cannot be relied on count as not open."""
    fresh = bool(place.hours) and is_fresh(place, now.date())
    return fresh and OpeningHours(place.hours or "").is_open(now.replace(tzinfo=None))
