"""What stands for personal data in a question, in the reader's words.

Stored is the mark of `redacting`, which is the same in every language: asker and volunteer may read different ones.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bot.i18n import Strings
from bot.services.redacting import MARKS

_MARK: Final = re.compile("(" + "|".join(map(re.escape, MARKS)) + ")")


def name_marks(strings: Strings) -> Mapping[str, str]:
    """Return what each mark is called, in brackets as the mark itself."""
    return {
        "[phone]": strings.gettext("[phone number]"),
        "[email]": strings.gettext("[email address]"),
        "[link]": strings.gettext("[link]"),
        "[date]": strings.gettext("[date]"),
        "[number]": strings.gettext("[number]"),
        "[iban]": strings.gettext("[account number]"),
        "[address]": strings.gettext("[address]"),
        "[name]": strings.gettext("[name]"),
        "[file]": strings.gettext("[file number]"),
    }


def split_marks(text: str, strings: Strings) -> Iterator[tuple[str, bool]]:
    """Yield the text in pieces, each with whether it is the name of a mark."""
    names = name_marks(strings)
    for piece in _MARK.split(text):
        if piece:
            yield names.get(piece, piece), piece in names


def tell_marks(text: str, strings: Strings) -> str:
    """Return a redacted text with its marks in the language of the reader."""
    return "".join(piece for piece, _ in split_marks(text, strings))
