"""Placeholders of an answer become facts, written as the reader's language writes them."""

import datetime as dt
from typing import Any

import pytest

from bot.errors import ContentError
from bot.i18n import get_strings
from bot.messages.content import Content
from bot.services.filling import fill_text
from tests.content.builder import TODAY, build_small_content, build_tree


def with_rule(**fields: Any) -> Content:
    tree = build_tree()
    tree["rules.yml"][0] |= fields
    return build_small_content(tree)


def fill(text: str, content: Content | None = None, tag: str = "de", today: dt.date = TODAY) -> str:
    return fill_text(text, content or build_small_content(), get_strings(tag), today)


def test_text_without_placeholder_stays() -> None:
    assert fill("Fragen Sie **mehrere** Vermieter {oder} {eine.} Stelle.") == (
        "Fragen Sie **mehrere** Vermieter {oder} {eine.} Stelle."
    )


def test_field_of_a_place_is_put_in_wherever_it_is_named() -> None:
    assert fill("{landlord.name}: {landlord.phone}, noch einmal {landlord.phone}") == (
        "Wohnungen der Stadt: +49 391 1234567, noch einmal +49 391 1234567"
    )


@pytest.mark.parametrize(("tag", "said"), [("de", "3 Monate"), ("uk", "3 місяці")])
def test_figure_is_written_as_the_language_writes_it(tag: str, said: str) -> None:
    assert fill("{deposit.most}", tag=tag) == said


def test_figure_zero_is_a_figure() -> None:
    content = with_rule(figures={"most": {"value": 0, "unit": "EUR"}})
    assert fill("{deposit.most}", content) == "0\xa0€"


@pytest.mark.parametrize("fields", [{"force": "open"}, {"valid_until": "2026-11-23"}, {"valid_from": "2026-11-25"}])
@pytest.mark.parametrize("tag", ["de", "ar", "uk"])
def test_figure_of_a_rule_that_does_not_hold_shows_no_number(fields: dict[str, str], tag: str) -> None:
    said = fill("{deposit.most}", with_rule(**fields), tag)
    assert said == get_strings(tag).gettext("(this rule is changing: please ask a counselling centre)")
    assert not any(character.isdigit() for character in said)


@pytest.mark.parametrize("fields", [{"valid_until": "2026-11-24"}, {"valid_from": "2026-11-24"}])
def test_figure_holds_on_the_first_and_on_the_last_day(fields: dict[str, str]) -> None:
    assert fill("{deposit.most}", with_rule(**fields)) == "3 Monate"


@pytest.mark.parametrize(("tag", "said"), [("de", "Mo. 08:00–12:00"), ("uk", "пн 08:00–12:00")])
def test_hours_are_written_for_the_reader(tag: str, said: str) -> None:
    assert fill("{landlord.hours}", tag=tag).startswith(said)


def test_dates_of_an_event_are_written_for_the_reader() -> None:
    assert fill("{flat-fair.last_date} und {flat-fair.next_date}") == "2025 und 22. Januar 2027"


@pytest.mark.parametrize(
    "placeholder",
    [
        "{nobody.phone}",  # no such fact
        "{landlord.colour}",  # no such field
        "{emergency.address}",  # the field is empty
        "{deposit.least}",  # no such figure
        "{deposit.statement}",  # a rule shows figures alone
    ],
)
def test_placeholder_that_names_no_fact_is_refused_by_its_name(placeholder: str) -> None:
    with pytest.raises(ContentError) as error:
        fill(f"Bitte {placeholder}")
    assert placeholder in str(error.value)
