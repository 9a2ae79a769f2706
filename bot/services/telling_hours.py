"""Opening hours, written for the reader."""

import datetime as dt
from functools import lru_cache
from itertools import groupby

from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]

from bot.i18n import Strings
from bot.messages.content import Place

FRESH = dt.timedelta(days=365)
_WEEK = 7
_COUNTRY = "DE"
_HOLIDAY = dt.datetime(2024, 5, 1)  # noqa: DTZ001 - Labour Day, a holiday everywhere in Germany
_MONDAY = dt.datetime(2024, 1, 8)  # noqa: DTZ001 - the library counts in the place's own time


def describe_hours(hours: str, strings: Strings) -> str:
    """Return hours in the OSM syntax as "Mon–Thu 09:00–12:00, 13:00–16:00; Fri 09:00–12:00"; empty when none is open.

    An ordinary week is described, then public holidays when the hours name them; hours that are only a comment ("nach
    Vereinbarung") are said to be by appointment.
    """
    if hours.startswith('"'):
        return strings.gettext("by appointment")
    names = strings.weekdays()
    days = [_spans(hours, _MONDAY + dt.timedelta(days=day), strings) for day in range(_WEEK)]
    if set(days) == {strings.gettext("day and night")}:
        return days[0]
    runs = []
    for spans, group in groupby(range(_WEEK), key=lambda day: days[day]):
        members = list(group)
        if spans:
            first, last = names[members[0]], names[members[-1]]
            runs.append(f"{first if first == last else f'{first}–{last}'} {spans}")
    if "PH" in hours:
        spans = _spans(hours, _HOLIDAY, strings)
        closed = strings.gettext("closed on public holidays")
        runs.append(strings.gettext("public holidays {hours}", hours=spans) if spans else closed)
    return "; ".join(runs)


@lru_cache(maxsize=256)  # of one place the days are asked one by one
def _read_schedule(hours: str) -> OpeningHours:
    return OpeningHours(hours, country=_COUNTRY)


def _spans(hours: str, day: dt.datetime, strings: Strings) -> str:
    spans = []
    for begins, ends, state, comment in _read_schedule(hours).intervals(day, day + dt.timedelta(days=1)):
        if str(state) != "open":
            continue
        whole = ends - begins == dt.timedelta(days=1)
        # "14:00+" has no known end: the library lets it run to midnight.
        unending = "+" in hours and ends.time() == dt.time.min
        since = strings.time(begins.time())
        if whole:
            spans.append(strings.gettext("by appointment") if comment else strings.gettext("day and night"))
        elif unending:
            spans.append(strings.gettext("from {time}", time=since))
        else:
            spans.append(f"{since}–{strings.time(ends.time())}")
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
    return place.known_on is not None and today - place.known_on <= FRESH


def is_open(place: Place, now: dt.datetime) -> bool:
    """Tell whether a place is open at a local time; hours that cannot be relied on count as not open."""
    if not place.hours or not is_fresh(place, now.date()):
        return False
    moment = now.replace(tzinfo=None)
    intervals = _read_schedule(place.hours).intervals(moment, moment + dt.timedelta(minutes=1))
    # Open with a comment means by appointment: nobody should stand before the door.
    return any(str(state) == "open" and not comment for _, _, state, comment in intervals)
