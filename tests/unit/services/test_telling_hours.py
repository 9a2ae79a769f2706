"""Opening hours: how they are written, how far they are relied on, and what is open."""

import datetime as dt
from typing import Any

import pytest

from bot.i18n import get_strings
from bot.messages.content import Place
from bot.services.telling_hours import describe_hours, hours_are_valid, is_fresh, is_open

TODAY = dt.date(2026, 11, 24)
OFFICE = "Mo-Th 09:00-12:00,13:00-16:00; Fr 09:00-12:00"


def place(**fields: Any) -> Place:
    head = {
        "id": "x",
        "topics": ["find_flat"],
        "name": "X",
        "kind": "office",
        "source_url": "https://example.org/",
        "seen": "2026-11-22",
    }
    return Place.model_validate({**head, "hours": OFFICE, **fields})


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """Return a time in the week from Monday, 23 November 2026, on."""
    return dt.datetime(2026, 11, 23, hour, minute) + dt.timedelta(days=day)  # noqa: DTZ001 - the time on the wall


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("de", "Mo.–Do. 09:00–12:00, 13:00–16:00; Fr. 09:00–12:00"),
        ("uk", "пн–чт 09:00–12:00, 13:00–16:00; пт 09:00–12:00"),
        ("ar", "الاثنين–الخميس 09:00–12:00, 13:00–16:00; الجمعة 09:00–12:00"),
    ],
)
def test_week_is_told_in_runs_of_equal_days(tag: str, said: str) -> None:
    assert describe_hours(OFFICE, get_strings(tag)) == said


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("Tu 14:00-17:00", "Di. 14:00–17:00"),
        ("Mo,We 08:00-12:00", "Mo. 08:00–12:00; Mi. 08:00–12:00"),
        ("Mo-Fr 08:00-12:00; Tu off", "Mo. 08:00–12:00; Mi.–Fr. 08:00–12:00"),
        ("Sa,Su,PH 09:00-10:00", "Sa.–So. 09:00–10:00; Feiertage 09:00–10:00"),
        ("Mo-Fr 08:00-16:00; PH off", "Mo.–Fr. 08:00–16:00; an Feiertagen geschlossen"),
        ("24/7", "Tag und Nacht"),
        ('Tu 09:00-12:00; Mo,We "nach Vereinbarung"', "Mo. mit Termin; Di. 09:00–12:00; Mi. mit Termin"),
        ("We 14:00+", "Mi. ab 14:00"),
        ('Mo 10:00-12:00 "nur mit Termin"', "Mo. 10:00–12:00"),
    ],
)
def test_hours_are_told_as_they_hold_in_an_ordinary_week(hours: str, said: str) -> None:
    assert describe_hours(hours, get_strings("de")) == said


def test_hours_that_are_never_open_say_nothing() -> None:
    assert describe_hours("off", get_strings("de")) == ""


@pytest.mark.parametrize("tag", ["de", "ar", "uk"])
def test_comment_alone_means_by_appointment_and_is_not_shown_in_german(tag: str) -> None:
    said = describe_hours('"nach Vereinbarung"', get_strings(tag))
    assert said == get_strings(tag).gettext("by appointment")
    assert "Vereinbarung" not in said


@pytest.mark.parametrize("hours", [OFFICE, "24/7", '"nach Vereinbarung"', "We 14:00+"])
def test_osm_syntax_is_valid(hours: str) -> None:
    assert hours_are_valid(hours)


@pytest.mark.parametrize("hours", ["Montag bis Freitag", "Mo-Fr 8 bis 12", "Mo 25:00-26:00 bis"])
def test_prose_is_no_valid_hours(hours: str) -> None:
    assert not hours_are_valid(hours)


@pytest.mark.parametrize(
    "fields",
    [
        {"source_date": "2026-11"},
        {"source_date": "2025-11-24"},
        {"source_date": "2026"},
        {"source_date": "2019", "confirmed_by": "Amt", "confirmed_on": "2026-06-01"},
        {"confirmed_by": "Amt", "confirmed_on": "2025-11-24"},
    ],
)
def test_hours_of_the_last_twelve_months_are_relied_on(fields: dict[str, str]) -> None:
    assert is_fresh(place(**fields), TODAY)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"source_date": "2025-11-23"},
        {"source_date": "2025-11"},  # the first day that it may mean
        {"source_date": "2025"},
        {"source_date": "2022"},
        {"source_date": "2026-11", "confirmed_by": "Amt", "confirmed_on": "2025-11-23"},
    ],
)
def test_older_or_undated_hours_are_not_relied_on(fields: dict[str, str]) -> None:
    assert not is_fresh(place(**fields), TODAY)


@pytest.mark.parametrize(
    ("now", "opened"),
    [
        (at(1, 9), True),
        (at(1, 8, 59), False),
        (at(1, 12), False),
        (at(1, 13), True),
        (at(4, 13, 30), False),
        (at(5, 10), False),
    ],
)
def test_place_is_open_within_its_hours_alone(now: dt.datetime, opened: bool) -> None:  # noqa: FBT001
    assert is_open(place(source_date="2026-10"), now) is opened


@pytest.mark.parametrize("fields", [{}, {"source_date": "2022"}, {"source_date": "2026-10", "hours": None}])
def test_hours_that_are_not_relied_on_are_never_open(fields: dict[str, Any]) -> None:
    assert not is_open(place(**fields), at(1, 10))


def test_public_holidays_count_as_the_hours_say() -> None:
    christmas = dt.datetime(2026, 12, 25, 10)  # noqa: DTZ001 - the time on the wall
    assert not is_open(place(hours="Mo-Fr 08:00-16:00; PH off", source_date="2026-10"), christmas)
    assert is_open(place(hours="Mo-Fr 08:00-16:00", source_date="2026-10"), christmas)
    assert is_open(place(hours="Sa,Su,PH 09:00-11:00", source_date="2026-10"), christmas)


def test_day_by_appointment_is_never_open() -> None:
    office = place(hours='Tu 09:00-12:00; Mo "nach Vereinbarung"', source_date="2026-10")
    assert not is_open(office, at(0, 10))
    assert is_open(office, at(1, 10))
