"""Checks of what is written: no value that belongs into a fact, no other markup than bold, the right script."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from bot.messages.content import PLACEHOLDER
from bot.services.findings import Checked, Findings, error, warning

# Sections of a law and levels of a language are names, not values.
_NAMES: Final = re.compile(r"§+\s*\d+[a-z]?(?:\s*(?:Abs\.|Absatz)\s*\d+)?|\b[ABC][12]\b")
_MONTHS: Final = (
    r"Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
    r"|січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня"
    r"|January|February|March|April|May|June|July|August|September|October|November|December"
    r"|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
    r"|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
    r"|Ocak|Şubat|Mart|Nisan|Mayıs|Haziran|Temmuz|Ağustos|Eylül|Ekim|Kasım|Aralık"
    r"|ژانویه|فوریه|مارس|آوریل|مه|ژوئن|ژوئیه|اوت|سپتامبر|اکتبر|نوامبر|دسامبر"
    r"|يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
)
_MONEY: Final = r"€|EUR|Euros?|Avro|євро|евро|يورو|یورو|Cents?|цент\w*|سنت"
_PERCENT: Final = (
    r"%|٪|Prozent|per ?cent|pour cent|відсот\w*|процент\w*|بالمئة|بالمائة|في المئة|في المائة|درصد|فیصد|yüzde"
)
# Each is taken out of the text before the next is searched, so that a value is named once.
_VALUES: Final = (
    ("an e-mail address", r"\S+@\S+"),
    ("a link", r"https?://\S*|www\.\S+|\b[\w-]+\.(?:de|com|org|net|eu|info|ua)\b"),
    ("an amount", rf"\d[\d.,٫٬ ]*\s*(?:{_MONEY}|{_PERCENT})(?!\w)|€\s*\d[\d.,]*"),
    (
        "a date",
        rf"\b\d{{1,2}}\.\s?\d{{1,2}}\.(?:\d{{2,4}})?|\d{{4}}-\d{{2}}(?:-\d{{2}})?|\d{{1,2}}\.?\s*(?:{_MONTHS})\b",
    ),
    (
        "a time",
        r"\b\d{1,2}[:.]\d{2}\b|\d{1,2}\s*(?:Uhr|годин[іу]|часов|heures|o'clock|[ap]m)\b|الساعة\s*\d{1,2}|\bо(?:б)?\s+\d{1,2}-й\b",
    ),
    ("a phone number", r"\+\d[\d /()-]{4,}|\b0\d[\d /()-]{3,}\d|\b\d(?:[ /()-]?\d){4,}\b"),
    ("a number", r"\d{2,}"),
)
_VALUE_PATTERNS: Final = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _VALUES)
_DURATION: Final = re.compile(
    r"\d\s*-?\s*(?:Stunde|Tag|Woche|Monat|Jahr|годин|день|дні|днів|тиж|місяц|рік|рок"
    r"|час|дн[ея]|недел|месяц|год|лет|hour|day|week|month|year|heure|jour|semaine|mois|an\b|ans\b|année"
    r"|saat|gün|hafta|ay\b|yıl|ساع|يوم|أيام|أسبوع|أسابيع|شهر|أشهر|سن|روز|هفته|ماه|سال)",
    re.IGNORECASE,
)
_BOLD: Final = re.compile(r"\*\*(?=\S)[^*\n]*[^*\s]\*\*")
_MARKUP: Final = re.compile(r"[<>&`\[\]~|_\\]")
_SCRIPTS: Final = {"ar": "ARABIC", "fa": "ARABIC", "uk": "CYRILLIC", "ru": "CYRILLIC"}
_SHARE: Final = 0.6
_FOREIGN: Final[Mapping[str, tuple[str, re.Pattern[str]]]] = {
    "uk": ("letters that only Russian has", re.compile(r"[ыэёъ]", re.IGNORECASE)),
    "ru": ("letters that only Ukrainian has", re.compile(r"[іїєґ]", re.IGNORECASE)),
    "fa": ("Arabic forms of ya and kaf", re.compile(r"[يكة]")),
    "ar": ("letters that only Persian has", re.compile(r"[پچژگیک]")),
    "de": ("Arabic letters", re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")),
}


def check_values(checked: Checked) -> Findings:
    """No text holds a value of its own: it belongs into a fact, where it is right in every language at once."""
    for text in checked.texts:
        rest = _take_out_names(text.text)
        for name, pattern in _VALUE_PATTERNS:
            match = pattern.search(rest)
            if match:
                yield error(text.where, "{kind} of its own: {found}", part=text.part, kind=name, found=match[0].strip())
            rest = pattern.sub(" ", rest)


def check_markup(checked: Checked) -> Findings:
    """Bold in pairs, where bold is shown, and no other markup."""
    for text in checked.texts:
        plain = PLACEHOLDER.sub("x", text.text)
        rest = _BOLD.sub("", plain) if text.rich else plain
        if "*" in rest:
            yield error(text.where, "an asterisk that makes nothing bold", part=text.part)
        if match := _MARKUP.search(rest):
            yield error(text.where, "the sign {sign} stands for markup", part=text.part, sign=match[0])


def check_script(checked: Checked) -> Findings:
    """A language is written in its own letters: most of each file's entry, and some in each text of it."""
    letters: dict[tuple[str, str], list[str]] = defaultdict(list)
    for text in checked.texts:
        script = _SCRIPTS.get(text.language)
        found = [character for character in PLACEHOLDER.sub("", text.text) if character.isalpha()]
        if script is None or not found:
            continue
        letters[text.where, script] += found
        if not any(_is_of(script, character) for character in found):
            yield error(text.where, "not one {script} letter", part=text.part, script=script.capitalize())
    for (where, script), found in letters.items():
        share = sum(_is_of(script, character) for character in found) / len(found)
        if 0 < share < _SHARE:
            shown = f"{share:.0%}"
            yield error(where, "only {share} of the letters are {script}", share=shown, script=script.capitalize())


def check_foreign_letters(checked: Checked) -> Findings:
    """No letters of a neighbour language."""
    for text in checked.texts:
        name, pattern = _FOREIGN.get(text.language, ("", None))
        if pattern and (match := pattern.search(text.text)):
            yield error(text.where, "{kind}: {found}", part=text.part, kind=name, found=match[0])


def warn_of_durations(checked: Checked) -> Findings:
    """A short duration in words may be a deadline, which belongs into a rule."""
    for text in checked.texts:
        if match := _DURATION.search(_take_out_numbers(text.text)):
            yield warning(
                text.where, "may be a deadline, which belongs into a rule: {found}", part=text.part, found=match[0]
            )


def _take_out_names(text: str) -> str:
    """Return the text with digits of every script as 0 to 9, without placeholders and names that hold digits."""
    plain = unicodedata.normalize("NFKC", PLACEHOLDER.sub(" ", text))
    digits = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in plain)
    return _NAMES.sub(" ", digits)


def _take_out_numbers(text: str) -> str:
    """Return the text as before, without the numbers that are errors already."""
    return re.sub(r"\d{2,}", " ", _take_out_names(text))


def _is_of(script: str, character: str) -> bool:
    return unicodedata.name(character, "").startswith(script)
