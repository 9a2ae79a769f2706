"""Interface strings: every one is there in every language, in all plural forms, with the same values to fill in."""

import re
from io import BytesIO
from pathlib import Path

import polib
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.plurals import get_plural

from bot.i18n import LOCALE_DIR, get_strings
from bot.languages import LANGUAGES
from bot.settings import ROOT

_VALUES = re.compile(r"\{(\w+)\}")
_TAGS = [language.tag for language in LANGUAGES if language.tag != "en"]  # the code itself holds English


def catalog(tag: str, domain: str = "messages") -> polib.POFile:
    return polib.pofile(str(LOCALE_DIR / tag / "LC_MESSAGES" / f"{domain}.po"))


def used_in_code() -> set[str]:
    """Return what newcomers read: everything but the desk."""
    return extract([("desk/**", "ignore"), ("**.py", "python")], {"gettext": None, "ngettext": (1, 2)})


def used_at_the_desk() -> set[str]:
    """Return what staff and volunteers read: pages, their code, and what the checks of the content find."""
    said = extract(
        [("desk/**.py", "python"), ("desk/templates/**.html", "jinja2")],
        {"gettext": None, "_": None, "say": None, "ngettext": (1, 2)},
    )
    return said | extract([("services/checking_*.py", "python")], {"error": (2,), "warning": (2,)})


def extract(files: list[tuple[str, str]], keywords: dict[str, tuple[int, ...] | None]) -> set[str]:
    found = extract_from_dir(ROOT / "bot", method_map=files, keywords=keywords)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def find_faults(entries: polib.POFile, plurals: int, exact: int = 0) -> list[str]:
    """Return what is amiss; the first `exact` plural forms stand for one number each and may say it in a word."""
    faults = []
    for entry in entries:
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.msgid_plural and len(texts) != plurals:
            faults.append(f"plural forms: {entry.msgid}")
        if not all(texts) or entry.fuzzy:
            faults.append(f"empty: {entry.msgid}")
        for number, text in enumerate(texts):
            spoken = {"number"} if entry.msgid_plural and number < exact else set()
            if set(_VALUES.findall(text)) | spoken == set(_VALUES.findall(entry.msgid)) | spoken:
                continue
            faults.append(f"values: {entry.msgid}")
    return faults


@pytest.mark.parametrize("tag", _TAGS)
def test_catalog_is_complete(tag: str) -> None:
    entries = catalog(tag)
    assert {entry.msgid for entry in entries} == used_in_code()
    assert find_faults(entries, get_plural(tag).num_plurals, exact=3 if tag == "ar" else 0) == []
    assert f"nplurals={get_plural(tag).num_plurals}" in entries.metadata["Plural-Forms"]


def test_catalog_of_the_desk_is_complete() -> None:
    entries = catalog("de", "desk")
    assert {entry.msgid for entry in entries} == used_at_the_desk()
    assert find_faults(entries, get_plural("de").num_plurals) == []


def test_template_lists_what_the_code_says() -> None:
    assert {entry.msgid for entry in polib.pofile(str(LOCALE_DIR / "desk.pot"))} == used_at_the_desk()
    assert {entry.msgid for entry in polib.pofile(str(LOCALE_DIR / "messages.pot"))} == used_in_code()


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ('msgid "Menu"\nmsgstr ""\n', "empty: Menu"),
        ('#, fuzzy\nmsgid "Menu"\nmsgstr "Menü"\n', "empty: Menu"),
        ('msgid "On {date}"\nmsgstr "Am {datum}"\n', "values: On {date}"),
        ('msgid "{n} a"\nmsgid_plural "{n} as"\nmsgstr[0] "{n} x"\n', "plural forms: {n} a"),
    ],
)
def test_planted_fault_is_found(planted: str, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "x.po"
    path.write_bytes(BytesIO(planted.encode()).read())
    assert fault in find_faults(polib.pofile(str(path)), 2)


@pytest.mark.parametrize(
    ("tag", "count", "said"),
    [
        ("de", 1, "1 Unterrichtsstunde"),
        ("uk", 2, "2 уроки"),
        ("uk", 5, "5 уроків"),
        ("ar", 3, "3 حصص"),
        ("ar", 100, "100 حصة"),
    ],
)
def test_plural_form_fits_the_number(tag: str, count: int, said: str) -> None:
    assert get_strings(tag).figure(count, "lessons") == said


@pytest.mark.parametrize(
    ("tag", "value", "unit", "said"),
    [
        ("de", 2.29, "EUR", "2,29\xa0€"),
        ("de", 1603, "EUR", "1.603\xa0€"),
        ("en", 2.29, "EUR", "2.29\xa0€"),
        ("en", 1603, "EUR", "1,603\xa0€"),
        ("ar", 2.29, "EUR", "2.29\xa0€"),
        ("tr", 2.29, "EUR", "2,29\xa0€"),
        ("de", 50, "percent", "50\xa0%"),
        ("de", 2, "weeks", "2 Wochen"),
        ("uk", 3, "months", "3 місяці"),
    ],
)
def test_figures_are_written_as_the_language_writes_them(tag: str, value: float, unit: str, said: str) -> None:
    assert get_strings(tag).figure(value, unit) == said


@pytest.mark.parametrize(
    ("value", "said"), [("2024", "2024"), ("2024-06", "Juni 2024"), ("2024-06-30", "30. Juni 2024")]
)
def test_dates_are_said_as_far_as_they_are_known(value: str, said: str) -> None:
    assert get_strings("de").partial_date(value) == said
