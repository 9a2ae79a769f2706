"""Phones, dates, numbers and links as people type them."""

from collections.abc import Callable

import pytest

from bot.messages.content import Place
from bot.services.reading_fields import (
    FieldError,
    make_key,
    read_date,
    read_email,
    read_number,
    read_partial_date,
    read_phone,
    read_url,
)
from tests.conftest import read_shipped


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0800/1234567", "0800 1234567"),
        ("+49 (0)800 123 45 67", "0800 1234567"),
        ("115", "115"),
        ("116 117", "116117"),
        ("116016", "116016"),
        ("112", "112"),
    ],
)
def test_phone_is_stored_as_the_content_writes_it(typed: str, stored: str) -> None:
    assert read_phone(typed) == stored


@pytest.mark.parametrize("typed", ["12", "call us", "0391", "+49 391", "1234567890123456", "0800 1234567 ext. 3"])
def test_phone_that_cannot_be_called_is_refused(typed: str) -> None:
    with pytest.raises(FieldError):
        read_phone(typed)


def test_every_shipped_phone_can_be_saved_again() -> None:
    places = [entry.parse() for entry in read_shipped() if entry.file == "places.yml"]
    phones = [place.phone for place in places if isinstance(place, Place) and place.phone]
    assert [read_phone(phone).replace(" ", "") for phone in phones] == [phone.replace(" ", "") for phone in phones]


@pytest.mark.parametrize(
    ("read", "typed", "stored"),
    [
        (read_date, "05.12.2026", "2026-12-05"),
        (read_date, "5. 2. 2026", "2026-02-05"),
        (read_date, "2026-12-05", "2026-12-05"),
        (read_partial_date, "2026", "2026"),
        (read_partial_date, "6.2026", "2026-06"),
        (read_partial_date, "30.06.2026", "2026-06-30"),
        (read_url, "www.example.org/a", "https://www.example.org/a"),
        (read_url, "http://example.org", "http://example.org"),
        (read_email, "nobody@Example.ORG", "nobody@example.org"),
        (read_number, "2,29", 2.29),
        (read_number, "2.29 €", 2.29),
        (read_number, "1.234,50", 1234.5),
        (read_number, "1.234", 1234),
        (read_number, "563", 563),
    ],
)
def test_field_is_read(read: Callable[[str], object], typed: str, stored: object) -> None:
    assert read(typed) == stored


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        (read_date, "31.02.2026"),
        (read_date, "tomorrow"),
        (read_date, "12.2026"),
        (read_partial_date, "2026-13"),
        (read_partial_date, "26"),
        (read_url, "no link"),
        (read_url, "javascript:alert(1)"),
        (read_url, "https://localhost"),
        (read_email, "nobody"),
        (read_number, "many"),
        (read_number, "-3"),
        (read_number, "2,2,2"),
    ],
)
def test_field_that_cannot_be_read_is_refused(read: Callable[[str], object], typed: str) -> None:
    with pytest.raises(FieldError):
        read(typed)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Jobmesse für Ärzte & Größe", "jobmesse-fuer-aerzte-groesse"),
        ("Café Été", "cafe-ete"),
        ("…", "fact"),
        ("taken", "taken-3"),
        ("x" * 80, "x" * 50),
    ],
)
def test_key_is_made_from_the_name_and_never_taken_twice(name: str, key: str) -> None:
    assert make_key(name, {"taken", "taken-2"}) == key
