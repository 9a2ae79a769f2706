"""Step 6: answers, their facts, and what is said honestly about both."""

import datetime as dt
from typing import Any

import pytest

from bot.errors import NotFoundError
from bot.i18n import get_strings
from bot.messages.content import Content
from bot.messages.conversation import Part
from bot.services.answering import Reader, build_answer, build_german, find_answer
from bot.services.telling_hours import describe_hours, hours_are_valid
from bot.states import Group
from tests.content.builder import build_small_content, build_tree

NOW = dt.datetime(2026, 11, 24, 10, 0)  # noqa: DTZ001 - the time on the wall in Magdeburg, a Tuesday


def answer(content: Content, language: str = "de", group: Group = Group.UNKNOWN) -> tuple[Part, ...]:
    return build_answer("find_flat", content, Reader(language, group, NOW))


def text(parts: tuple[Part, ...]) -> str:
    return "\n".join(part.text for part in parts)


def changed(file: str, key: int, **fields: Any) -> Content:
    tree = build_tree()
    entry = tree[file][key]
    for name, value in fields.items():
        if value is None:
            entry.pop(name, None)
        else:
            entry[name] = value
    return build_small_content(tree)


def test_answer_has_prose_steps_places_and_events() -> None:
    said = text(answer(build_small_content()))
    for piece in ("Eine Wohnung finden", "1. Rufen Sie an: +49 391 1234567.", "• Ihren Pass", "Wohnungen der Stadt"):
        assert piece in said


def test_unknown_group_sees_how_groups_differ_and_is_asked() -> None:
    parts = answer(build_small_content())
    assert "§ 24" in text(parts)
    assert parts[0].rows[0][0].action == "papers:find_flat"


def test_known_group_sees_its_own_rule() -> None:
    said = text(answer(build_small_content(), group=Group.STUDENT))
    assert "höchstens 3 Monate" in said
    assert "§ 24" not in said


@pytest.mark.parametrize("change", [{"force": "open"}, {"valid_until": "2026-11-23"}, {"valid_from": "2026-11-25"}])
def test_rule_that_does_not_hold_shows_no_number(change: dict[str, str]) -> None:
    said = text(answer(changed("rules.yml", 0, **change), group=Group.STUDENT))
    assert "3 Monate" not in said
    assert "ändert" in said


def test_secret_address_is_never_shown_nor_mapped() -> None:
    parts = answer(build_small_content())
    assert "Geheimer Weg" not in str(parts)
    assert "geheim" in text(parts)


def test_place_that_cannot_be_reached_is_not_shown() -> None:
    content = changed("places.yml", 2, phone=None)
    assert "Schutzhaus" not in text(answer(content))


def test_place_whose_address_a_variant_names_gets_its_card() -> None:
    tree = build_tree()
    tree["places.yml"].append({**tree["places.yml"][1], "id": "other", "name": "Nebenan"})
    tree["de/housing.yml"]["find_flat"]["variants"][0]["text"] = "Gehen Sie zu {other.address}."
    content = build_small_content(tree)
    assert "**3. Nebenan**" in text(answer(content, group=Group.STUDENT))
    assert "Nebenan" not in text(answer(content))


def test_past_event_is_not_offered_and_who_knows_is_named() -> None:
    said = text(answer(changed("events.yml", 0, next_date=None)))
    assert get_strings("de").gettext("No next date is known.") in said
    assert "2025" in said
    assert "Wohnungen der Stadt" in said


def test_date_line_speaks_of_the_weakest_fact() -> None:
    assert "Juni 2026" in text(answer(build_small_content()))
    assert "kein Datum" in text(answer(changed("places.yml", 2, source_date=None)))


def test_confirmed_facts_name_the_office_and_the_day() -> None:
    tree = build_tree()
    for file in ("places.yml", "events.yml", "rules.yml"):
        for entry in tree[file]:
            entry |= {"confirmed_by": "Sozialamt", "confirmed_on": "2026-11-01"}
    said = text(answer(build_small_content(tree)))
    assert "Sozialamt" in said
    assert "1. November 2026" in said


def test_machine_translation_says_so_and_approved_german_does_not() -> None:
    tree = build_tree()
    tree["uk/housing.yml"]["find_flat"]["translation"] = "machine_draft"
    assert "🤖" in text(answer(build_small_content(tree), "uk"))
    assert "🤖" not in text(answer(build_small_content(), "uk"))
    assert "🤖" not in text(answer(build_small_content()))


def test_missing_translation_falls_back_to_german_and_says_so() -> None:
    tree = build_tree()
    del tree["uk/housing.yml"]["find_flat"]
    content = build_small_content(tree)
    said = text(answer(content, "uk"))
    assert "Eine Wohnung finden" in said
    assert "німецька" in said.lower()


def test_unknown_topic_is_refused() -> None:
    with pytest.raises(NotFoundError):
        build_answer("nothing", build_small_content(), Reader("de", Group.UNKNOWN, NOW))
    with pytest.raises(NotFoundError):
        find_answer("nothing", build_small_content(), "de")


def test_topic_of_violence_asks_for_no_feedback() -> None:
    tree = build_tree()
    tree["topics.yml"]["fields"][0]["topics"][0]["care"] = "violence"
    assert "good:find_flat" in str(answer(build_small_content()))
    assert "good:find_flat" not in str(answer(build_small_content(tree)))


def test_note_for_the_office_is_german_whatever_the_reader_speaks() -> None:
    part = build_german("find_flat", build_small_content(), Reader("ar", Group.UNKNOWN, NOW))
    assert "Eine Wohnung finden" in part.text
    assert "Arabisch" in part.text


@pytest.mark.parametrize(
    ("hours", "tag", "said"),
    [
        ("Mo-Fr 08:00-12:00; Tu 14:00-17:00", "de", "Mo. 08:00–12:00; Di. 14:00–17:00; Mi.–Fr. 08:00–12:00"),
        ("We 14:00+", "de", "Mi. ab 14:00"),
        ("Sa,Su 09:00-10:00", "uk", "сб–нд 09:00–10:00"),
        ('"nach Vereinbarung"', "de", "mit Termin"),
    ],
)
def test_hours_are_told_in_the_readers_language(hours: str, tag: str, said: str) -> None:
    assert describe_hours(hours, get_strings(tag)).lower() == said.lower()


@pytest.mark.parametrize(("hours", "valid"), [("Mo-Fr 08:00-12:00", True), ("whenever we like", False)])
def test_hours_are_checked(hours: str, valid: bool) -> None:  # noqa: FBT001
    assert hours_are_valid(hours) is valid


def test_old_hours_are_dated_and_not_called_open() -> None:
    fresh = text(answer(build_small_content()))
    old = text(answer(changed("places.yml", 1, confirmed_by=None, confirmed_on=None, source_date="2022-05")))
    assert "Mai 2022" in old
    assert "jetzt" in fresh
    assert "jetzt" not in old.split("Mai 2022")[0][-40:]
