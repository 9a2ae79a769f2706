"""Interface strings from the Babel catalogs, and dates, times and amounts as a language writes them.

The strings in the code are English; each language has its catalog in `bot/locale/<lang>/LC_MESSAGES/messages.po`,
and German that of the desk in `desk.po`.
"""

import datetime as dt
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final, Literal

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_day_names
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import Translations

LOCALE_DIR: Final = Path(__file__).parent / "locale"
_HOURS: Final = 48


class Strings:
    """The interface of one language."""

    def __init__(self, tag: str, translations: Translations) -> None:
        self.tag = tag
        self._translations = translations
        # Digits as on German signs, tickets and letters: the reader compares them with those.
        self._locale = Locale.parse(tag)

    def gettext(self, message: str, **values: object) -> str:
        """Return the message in this language, with its {named} values filled in."""
        return str(self._translations.gettext(message)).format(**values)

    def ngettext(self, one: str, many: str, count: int, **values: object) -> str:
        """Return the message in the plural form that fits the count, which is available as {count}."""
        return str(self._translations.ngettext(one, many, count)).format(count=count, **values)

    def date(self, value: dt.date) -> str:
        """Return a full date."""
        return format_date(value, "long", locale=self._locale)

    def partial_date(self, value: str) -> str:
        """Return a date that is known to the year, the month or the day: `2024`, `2024-06`, `2024-06-30`."""
        year, *rest = (int(part) for part in value.split("-"))
        if not rest:
            return str(year)
        if len(rest) == 1:
            return str(format_skeleton("yMMMM", dt.datetime(year, rest[0], 1, tzinfo=dt.UTC), locale=self._locale))
        return self.date(dt.date(year, *rest))

    def duration(self, value: dt.timedelta) -> str:
        """Return a length of time, rounded: hours up to two days, then days; at least one hour."""
        hours = max(1, round(value.total_seconds() / 3600))
        return self.figure(hours, "hours") if hours <= _HOURS else self.figure(round(hours / 24), "days")

    def time(self, value: dt.time) -> str:
        """Return a time of the day on the 24-hour clock, as on German doors."""
        return format_time(value, "HH:mm", locale=self._locale)

    def weekdays(self) -> list[str]:
        """Return the short names of the days, Monday first."""
        names = get_day_names("abbreviated", locale=self._locale)
        return [names[day] for day in range(7)]

    def listing(self, items: list[str]) -> str:
        """Return items as a list in a sentence: a, b and c."""
        return format_list(items, locale=self._locale)

    def language_name(self, tag: str) -> str:
        """Return the name of a language in this language; the tag when CLDR has none."""
        return str(self._locale.languages.get(tag.replace("-", "_"), tag))

    def figure(self, value: float, unit: str) -> str:
        """Return a number with its unit: EUR, percent, days, weeks, months, years, hours, km, lessons, people."""
        if unit == "EUR":
            # The sign behind the number, as on German price tags: CLDR writes 603 € and €2.29 side by side.
            pattern = "#,##0" if value == int(value) else "#,##0.00"
            return f"{format_decimal(value, format=pattern, locale=self._locale)}\xa0€"
        if unit == "percent":
            return format_percent(value / 100, locale=self._locale)
        number, count = format_decimal(value, locale=self._locale), int(value)
        # From the catalogs, not from CLDR's unit patterns: Babel finds none for some languages (Persian days).
        units = {
            "hours": lambda: self.ngettext("{number} hour", "{number} hours", count, number=number),
            "days": lambda: self.ngettext("{number} day", "{number} days", count, number=number),
            "weeks": lambda: self.ngettext("{number} week", "{number} weeks", count, number=number),
            "months": lambda: self.ngettext("{number} month", "{number} months", count, number=number),
            "years": lambda: self.ngettext("{number} year", "{number} years", count, number=number),
            "km": lambda: self.ngettext("{number} kilometre", "{number} kilometres", count, number=number),
            "lessons": lambda: self.ngettext("{number} lesson", "{number} lessons", count, number=number),
            "people": lambda: self.ngettext("{number} person", "{number} people", count, number=number),
        }
        return units[unit]()


@cache
def get_strings(tag: str, domain: Literal["messages", "desk"] = "messages") -> Strings:
    """Return the interface of an offered language, or of English, which the code itself holds.

    `messages` is what newcomers read, in every language; `desk` what staff and volunteers read, in German too.
    """
    if tag == "en":
        return Strings(tag, Translations(None))
    path = LOCALE_DIR / tag / "LC_MESSAGES" / f"{domain}.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale=tag)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Strings(tag, Translations(compiled))
