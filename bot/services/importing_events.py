"""Events from a table: read line by line, so that the good ones come in and each other says what is wrong with it."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import BotError
from bot.messages.content import Content
from bot.services.reading_fields import Fault, FieldError, make_key, read_date, read_url
from bot.services.reading_tables import read_rows

COLUMNS = ("name", "organiser", "next_date", "address", "url", "topics", "source_url")
RESERVED_KEYS = frozenset({"new", "import"})  # addresses of the desk
_REQUIRED = ("name", "organiser", "next_date", "topics")
_OTHER_NAMES: Mapping[str, str] = {
    "veranstaltung": "name",
    "titel": "name",
    "organizer": "organiser",
    "veranstalter": "organiser",
    "date": "next_date",
    "datum": "next_date",
    "termin": "next_date",
    "ort": "address",
    "adresse": "address",
    "link": "url",
    "themen": "topics",
    "source": "source_url",
    "quelle": "source_url",
}


class TableError(BotError):
    """A table has no heading that can be understood.

    Attributes:
        missing: the columns that are not there.
    """

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(f"the table lacks {', '.join(missing)}")
        self.missing = tuple(missing)


@dataclass(frozen=True)
class EventLine:
    """One line of the table.

    Attributes:
        number: as a spreadsheet counts it.
        values: what stands in it, by column.
        faults: why it cannot be taken, by column.
        body: the event as an entry of the content; None for a line with faults.
    """

    number: int
    values: Mapping[str, str]
    faults: Mapping[str, Fault]
    body: Mapping[str, Any] | None


def read_events(text: str, content: Content, today: dt.date) -> list[EventLine]:
    """Return the lines of a table of events; raises TableError when its heading lacks a column."""
    rows = read_rows(text)
    heading = [_name_column(cell) for cell in rows[0][1]] if rows else []
    if missing := [column for column in _REQUIRED if column not in heading]:
        raise TableError(missing)
    taken = list_taken_keys(content)
    names = {event.name.casefold() for event in content.events.values()}
    lines = []
    for number, row in rows[1:]:
        values = {column: cell for column, cell in zip(heading, row, strict=False) if column in COLUMNS}
        lines.append(_read_line(number, values, content, today, names, taken))
        names.add(values.get("name", "").casefold())
    return lines


def list_taken_keys(content: Content) -> set[str]:
    """Return the ids that a new fact cannot have."""
    return {*content.places, *content.events, *content.rules, *content.gaps, *RESERVED_KEYS}


def _read_line(
    number: int, values: Mapping[str, str], content: Content, today: dt.date, names: Iterable[str], taken: set[str]
) -> EventLine:
    faults = {column: Fault.MISSING for column in _REQUIRED if not values.get(column)}
    if values.get("name", "").casefold() in names:
        faults["name"] = Fault.NAME_TAKEN
    next_date = _take(values, faults, "next_date")
    if next_date and next_date < today.isoformat():
        faults["next_date"] = Fault.PAST
    url, source = _take(values, faults, "url"), _take(values, faults, "source_url")
    if not source and not url:
        faults.setdefault("source_url", Fault.MISSING)
    topics = values.get("topics", "").replace(",", " ").replace(";", " ").split()
    if any(topic not in content.city for topic in topics):
        faults["topics"] = Fault.TOPIC
    if faults:
        return EventLine(number, values, faults, None)
    key = make_key(values["name"], taken)
    taken.add(key)
    body = {
        "id": key,
        "topics": topics,
        "source_url": source or url,
        "seen": today.isoformat(),
        "volatile": True,
        "name": values["name"],
        "organiser": values["organiser"],
        "next_date": next_date,
        "address": values.get("address") or None,
        "url": url,
    }
    return EventLine(number, values, faults, body)


def _take(values: Mapping[str, str], faults: dict[str, Fault], column: str) -> str | None:
    if not values.get(column):
        return None
    try:
        return read_date(values[column]) if column == "next_date" else read_url(values[column])
    except FieldError as error:
        faults[column] = error.fault
        return None


def _name_column(cell: str) -> str:
    name = cell.lower().strip().replace(" ", "_")
    return _OTHER_NAMES.get(name, name)
