"""Opening hours by weekday, as people write them into seven rows, and back to the OSM syntax of the content."""

import re
from collections.abc import Sequence

from bot.services.reading_fields import Fault, FieldError
from bot.services.telling_hours import hours_are_valid

Week = tuple[str, ...]
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_RUN = 3  # from three days on, "Mo-We" instead of "Mo,Tu"
_LAST_HOUR, _MINUTES = 24, 60
_SPAN = r"\d{2}:\d{2}(?:-\d{2}:\d{2}|\+)"
_RULE = re.compile(rf"(?:(?P<days>[A-Za-z,-]+) )?(?P<spans>{_SPAN}(?:, ?{_SPAN})*)")
_TIME = r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:uhr|h)?"
_WRITTEN_SPAN = re.compile(rf"{_TIME}\s*(?:(\+)|(?:-|–|—|bis|to)\s*{_TIME})")
_SINCE = re.compile(r"^(?:ab|from)\s+(.+?)(?:\s*uhr)?$")
_CLOSED = frozenset({"", "-", "–", "closed", "geschlossen", "zu"})


def split_week(hours: str) -> Week | None:
    """Return what is open on each day from Monday on; None for hours that do not stand in seven rows."""
    week = [""] * len(DAYS)
    for rule in hours.split(";") if hours else ():
        match = _RULE.fullmatch(rule.strip())
        days = _read_days(match["days"]) if match else None
        if not match or not days:
            return None
        for day in days:
            week[day] = re.sub(r", ?", ", ", match["spans"])
    return tuple(week)


def join_week(week: Sequence[str]) -> str:
    """Return the OSM hours of seven rows, which read_day has read; empty when all are."""
    days_by_spans: dict[str, list[int]] = {}
    for day, spans in enumerate(week):
        if spans:
            days_by_spans.setdefault(spans.replace(", ", ","), []).append(day)
    return "; ".join(f"{_write_days(days)} {spans}" for spans, days in days_by_spans.items())


def read_day(text: str) -> str:
    """Return the hours of a day as "09:00-12:00, 13:00-16:00", from "9-12, 13-16 Uhr"; raises FieldError."""
    written = text.strip().lower()
    if written in _CLOSED:
        return ""
    return ", ".join(_read_span(part.strip()) for part in re.split(r",|;|\bund\b|\band\b|/", written))


def read_other_hours(text: str) -> str:
    """Return hours in the OSM syntax; anything else in quotation marks, as a comment; raises FieldError."""
    if not hours_are_valid(text):
        raise FieldError(Fault.OTHER_HOURS)
    return text


def _read_span(text: str) -> str:
    match = _WRITTEN_SPAN.fullmatch(_SINCE.sub(r"\1+", text))
    if not match:
        raise FieldError(Fault.DAY_HOURS)
    begins = _read_time(match[1], match[2])
    if match[3]:
        return f"{begins}+"
    ends = _read_time(match[4], match[5])
    if ends <= begins:
        raise FieldError(Fault.DAY_HOURS)
    return f"{begins}-{ends}"


def _read_time(hour: str, minute: str | None) -> str:
    hours, minutes = int(hour), int(minute or 0)
    if hours > _LAST_HOUR or minutes >= _MINUTES or (hours == _LAST_HOUR and minutes):
        raise FieldError(Fault.DAY_HOURS)
    return f"{hours:02}:{minutes:02}"


def _read_days(text: str | None) -> list[int]:
    """Return the numbers of "Mo-We,Fr"; all days for none, nothing for what is no weekday."""
    if text is None:
        return list(range(len(DAYS)))
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            return []
        begin, end = DAYS.index(first), DAYS.index(last or first)
        if end < begin:
            return []
        found += range(begin, end + 1)
    return found


def _write_days(days: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        f"{DAYS[run[0]]}-{DAYS[run[-1]]}" if len(run) >= _RUN else ",".join(DAYS[day] for day in run) for run in runs
    )
