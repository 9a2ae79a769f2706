"""The one list of languages that the bot speaks.

A language is offered when it stands here; the start is refused when its content, its interface strings or its
training examples are not there (`bot content check`).
"""

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True)
class Language:
    """A language the bot speaks.

    Attributes:
        tag: BCP 47 tag, also the name of its folders.
        name: its own name, in its own script.
        symbol: a sign for the picker; no flags, since a language is not a country.
        direction: direction of its script.
        german_name: how an office in Germany calls it.
    """

    tag: str
    name: str
    symbol: str
    direction: Literal["ltr", "rtl"]
    german_name: str


SOURCE: Final = "de"

LANGUAGES: Final = (
    Language("de", "Deutsch", "Aa", "ltr", "Deutsch"),
    Language("en", "English", "En", "ltr", "Englisch"),
    Language("ar", "العربية", "ع", "rtl", "Arabisch"),
    Language("uk", "Українська", "Її", "ltr", "Ukrainisch"),
    Language("ru", "Русский", "Ру", "ltr", "Russisch"),
    Language("fa", "فارسی / دری", "ف", "rtl", "Persisch"),
    Language("tr", "Türkçe", "Tr", "ltr", "Türkisch"),
    Language("fr", "Français", "Fr", "ltr", "Französisch"),
)

_BY_TAG: Final = {language.tag: language for language in LANGUAGES}
TAGS: Final = tuple(_BY_TAG)


def get_language(tag: str) -> Language:
    """Return the offered language with this tag; KeyError when it is not offered."""
    return _BY_TAG[tag]


def find_language(tag: str | None) -> Language | None:
    """Return the offered language of a tag such as `uk` or `de-AT`, or None."""
    return _BY_TAG.get((tag or "").lower().replace("_", "-").split("-")[0])
