"""Keeps Latin runs readable inside right-to-left text (Unicode Bidirectional Algorithm, UAX #9, section 2.6)."""

import re
from typing import Literal

_LEFT_TO_RIGHT_ISOLATE, _POP_ISOLATE = "\u2066", "\u2069"
# A run begins with a Latin, Cyrillic or Greek letter, a digit or a plus sign and goes on over what joins such
# words: spaces and the punctuation of names, addresses, numbers and links. It ends with a letter or digit.
_WORD = r"[A-Za-z0-9\u00c0-\u052f]"
_INSIDE = r"[A-Za-z0-9\u00c0-\u052f .,:;/&§@%?=#_+()'’\-–·]"
_RUN = re.compile(rf"(?:https?://[^\s\u2066\u2069]+)|(?:[+§]\s?)?{_WORD}(?:{_INSIDE}*{_WORD})?(?:[.)](?=\s|$))?")


def isolate(text: str, direction: Literal["ltr", "rtl"]) -> str:
    """Return the text with its Latin runs isolated; left-to-right text comes back as it is."""
    if direction == "ltr":
        return text
    return _RUN.sub(_wrap, text)


def _wrap(match: re.Match[str]) -> str:
    return f"{_LEFT_TO_RIGHT_ISOLATE}{match[0]}{_POP_ISOLATE}"
