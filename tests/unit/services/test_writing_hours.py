"""Opening hours in seven rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.reading_fields import FieldError
from bot.services.telling_hours import hours_are_valid
from bot.services.writing_hours import join_week, read_day, read_other_hours, split_week


@pytest.mark.parametrize(
    ("hours", "written"),
    [
        ("Mo-Fr 09:00-11:00; Tu,Th 09:00-11:00,17:00-19:00", "Mo,We,Fr 09:00-11:00; Tu,Th 09:00-11:00,17:00-19:00"),
        ("Mo,Th 09:00-12:00; Tu 14:00+", "Mo,Th 09:00-12:00; Tu 14:00+"),
        ("06:00-22:00", "Mo-Su 06:00-22:00"),
        ("", ""),
    ],
)
def test_hours_come_back_from_seven_rows(hours: str, written: str) -> None:
    week = split_week(hours)
    assert week is not None
    assert join_week(week) == written
    assert split_week(written) == week


@pytest.mark.parametrize(
    "hours",
    [
        "24/7",
        '"nach Vereinbarung"',
        "Mo-Fr 08:00-16:00; PH off",
        'Tu 09:00-12:00; Mo "nach Vereinbarung"',
        "Fr-Mo 09:00-10:00",
    ],
)
def test_hours_that_are_no_plain_week_stay_text(hours: str) -> None:
    assert split_week(hours) is None
    assert read_other_hours(hours) == hours


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("9-12, 13:30-16 Uhr", "09:00-12:00, 13:30-16:00"),
        ("9.30–12 und 14 bis 18", "09:30-12:00, 14:00-18:00"),
        ("ab 14 Uhr", "14:00+"),
        ("14+", "14:00+"),
        ("geschlossen", ""),
        ("0-24", "00:00-24:00"),
    ],
)
def test_day_is_read_as_people_write_it(typed: str, read: str) -> None:
    assert read_day(typed) == read


@pytest.mark.parametrize("typed", ["morgens", "9", "12-9", "9-25", "9:75-10", "9-12-13"])
def test_day_that_cannot_be_read_is_refused(typed: str) -> None:
    with pytest.raises(FieldError):
        read_day(typed)


def test_other_hours_that_are_no_hours_are_refused() -> None:
    with pytest.raises(FieldError):
        read_other_hours("whenever we like")


_SPANS = st.sampled_from(["", "09:00-12:00", "09:00-12:00, 13:00-16:00", "14:00+"])


@given(st.tuples(*[_SPANS] * 7))
def test_every_week_can_be_written_and_read_again(week: tuple[str, ...]) -> None:
    hours = join_week(week)
    assert split_week(hours) == week
    assert not hours or hours_are_valid(hours)
