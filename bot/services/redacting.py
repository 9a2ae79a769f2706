"""Takes personal data out of a question before a volunteer may read it.

The filter is a fixed list of rules, not a language model: it knows forms, not
people. What that leaves open is written down in :func:`redact`.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from bot.services.redaction_rules import LETTERS, RULES, Rule

__all__ = ["MARKS", "redact"]

MARKS: Final = (
    "[phone]",
    "[email]",
    "[link]",
    "[date]",
    "[number]",
    "[iban]",
    "[address]",
    "[name]",
    "[file]",
)


# --------------------------------------------------------------------------
# Folding: the rules read a plain copy of the text, so that they need to know
# one kind of digit, space, hyphen, apostrophe and alef only. The copy keeps
# for each of its characters where it stood, so that everything which is not
# taken out comes back exactly as it was written.
# --------------------------------------------------------------------------

# Never comes out of folding, so that it can stand for "already taken out".
_TAKEN: Final = "\0"

# Drawn as nothing although Unicode calls them letters or symbols.
_BLANKS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\u0640")
_BREAKS: Final = frozenset("\n\v\f\x85\u2028\u2029")
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Mn", "Mc", "Me"})


class _Folded(NamedTuple):
    """The plain copy and, for each of its characters, its place in the text."""

    text: str
    starts: list[int]
    ends: list[int]


@lru_cache(maxsize=8192)
def _plain(char: str) -> str:
    """Return what the rules read for one character; nothing if it is invisible."""
    if char in _BREAKS:
        return "\n"
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    if category in _INVISIBLE or char in _BLANKS:
        return ""
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    translated = char.translate(LETTERS)
    if translated == char and category == "Pd":
        return "-"
    compatible = unicodedata.normalize("NFKC", translated)
    return compatible.translate(LETTERS) if len(compatible) == 1 else translated


def _joined(base: str, char: str) -> str:
    """Return the base with the accent that follows it, where that is one letter."""
    composed = unicodedata.normalize("NFC", base + char)
    return composed.translate(LETTERS) if len(composed) == 1 else base


def _fold(text: str) -> _Folded:
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, char in enumerate(text):
        plain = _plain(char)
        if plain:
            letters.append(plain)
            starts.append(index)
            ends.append(index + 1)
        elif letters and unicodedata.category(char)[0] == "M":
            letters[-1] = _joined(letters[-1], char)
            ends[-1] = index + 1
    return _Folded("".join(letters), starts, ends)


_DIGIT: Final = re.compile(r"\d")
_MARK: Final = re.compile("|".join(map(re.escape, MARKS)))


class _Find(NamedTuple):
    """A stretch of the plain copy and the mark that replaces it."""

    start: int
    end: int
    mark: str


def _take(rule: Rule, plain: str, finds: list[_Find]) -> str:
    """Add the finds of a rule; return the copy without them, in its old length."""
    if rule.needs_digit and not _DIGIT.search(plain):
        return plain
    group = "find" if "find" in rule.pattern.groupindex else 0

    def taken(match: re.Match[str]) -> str:
        start, end = match.span(group)
        finds.append(_Find(start, end, rule.mark))
        before, after = start - match.start(), end - match.start()
        return match[0][:before] + _TAKEN * (end - start) + match[0][after:]

    return rule.pattern.sub(taken, plain)


def _find(plain: str) -> list[_Find]:
    """Return all finds in the order of the text.

    The rules are read again until none of them finds anything: what one of them
    takes out can bring a neighbour into view, and only so a second `redact` has
    nothing left to do. Every round but the last takes out at least a character.
    """
    finds: list[_Find] = []
    plain = _MARK.sub(lambda match: _TAKEN * len(match[0]), plain)
    read = [""] * len(RULES)
    known = -1
    while known < len(finds):
        known = len(finds)
        for index, rule in enumerate(RULES):
            if read[index] != plain:
                read[index] = plain
                plain = _take(rule, plain, finds)
    return sorted(finds)


def redact(text: str) -> str:
    """Return the text with personal data replaced by marks such as ``[phone]``.

    The marks are those of `MARKS`. Everything else comes back as it was written,
    and a text that was redacted once comes back unchanged. It never raises.

    This is a filter of forms. It takes out telephone and account numbers, e-mail
    addresses, links, full dates, numbers of papers and files, addresses with a
    house number, and names that the sentence announces ("ich heiße", "السيدة").
    It cannot see a name that nothing announces, a surname in lower case, an
    address without a number, numbers and dates spelled out in words, short
    numbers, or a person who can be told from the story. It takes some harmless
    things too, such as a date in the future or an organisation's telephone. A
    volunteer's eyes and the asker's consent stay necessary.
    """
    folded = _fold(text)
    pieces: list[str] = []
    position = 0
    for find in _find(folded.text):
        pieces += text[position : folded.starts[find.start]], find.mark
        position = folded.ends[find.end - 1]
    return "".join([*pieces, text[position:]])
