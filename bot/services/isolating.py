"""Keeps Latin runs readable inside right-to-left text (Unicode Bidirectional Algorithm, UAX #9, section 2.6)."""

import re
from typing import Literal

_LEFT_TO_RIGHT_ISOLATE, _POP_ISOLATE = "\u2066", "\u2069"
# A run begins with a Latin, Cyrillic or Greek letter, a digit or a plus sign and goes on over what joins such
# words: spaces and the punctuation of names, addresses, numbers and links. It ends with a letter or digit.
_WORD = r"[A-Za-z0-9\u00c0-\u052f]"
_INSIDE = r"[A-Za-z0-9\u00c0-\u052f .,:;/&§@%?=#_+()'’\-–·]"
_RUN = re.compile(rf"(?:https?://[^\s\u2066\u2069]+)|(?:[+§]\s?)?{_WORD}(?:{_INSIDE}*{_WORD})?[.)]?")


def isolate(text: str, direction: Literal["ltr", "rtl"]) -> str:
    """Return the text with its Latin runs isolated; left-to-right text comes back as it is."""
    if direction == "ltr":
        return text
    return _RUN.sub(_wrap, text)


def _wrap(match: re.Match[str]) -> str:
    run, tail = match[0], ""
    # A bracket belongs to the run that opened it, a full stop to a number that begins a line; else they end the
    # sentence around the run.
    before = match.string[: match.start()]
    counts = run[:-1].isdecimal() and (not before or before.endswith("\n"))
    if (run.endswith(")") and run.count("(") < run.count(")")) or (run.endswith(".") and not counts):
        run, tail = run[:-1], run[-1]
    return f"{_LEFT_TO_RIGHT_ISOLATE}{run}{_POP_ISOLATE}{tail}"
