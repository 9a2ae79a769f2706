r"""Recognises acute danger in a message by rules in memory, without database and NLU.

The words of danger stand in `content/<lang>/crisis.yml`. What is harmless is taken out of the message first
("mein Handy ist tot"), of all languages; then the patterns of danger are searched, language by language.

A pattern is a row of words with single spaces:

- ``word``   this word, however it is accented, stretched or doubled: "schlägt" is also "schlaegt" and "SCHLÄÄGT";
- ``word*``  a word that begins so, ``*word`` one that ends so, ``*word*`` one that has this in it;
- ``(a|b c|d*)``  one of these words or rows of words;
- ``a .. b``  up to four other words may stand between, never the end of a sentence;
- ``a !(b|c*)``  a is not followed by one of these.

In messages commas, hyphens, dots of omission and symbols separate words as spaces do, and apostrophes count for
nothing; a sentence ends with one of ``. ! ?``. A pattern begins with a word and has at most three ``..``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.errors import ContentError
from bot.messages.content import CrisisWords
from nlu.normalizing import normalize

_MAX_GAPS: Final = 3
# Repeats are possessive and words end at a space, so that there is one way only to read a text.
_GAP: Final = r"(?: \w++){0,4}?"
_END: Final = "(?= )"
_ANY: Final = r"\w*"
_ELEMENT: Final = re.compile(r"(?P<gap>\.\.)|(?P<none>!)?\((?P<words>[^()!]*)\)|(?P<word>[^\s()!|.]+)")
_WORD: Final = re.compile(r"(\*?)(\w+)(\*?)")

_VARIANTS: Final = str.maketrans({"ё": "е", "ґ": "г", "_": " ", "'": None, "ʹ": None, "ʺ": None, '"': None})
_LATIN_I: Final = re.compile(r"(?<=[а-яєії])i|i(?=[а-яєії])")
_UMLAUT: Final = re.compile(r"([aou])e")
_DOUBLED: Final = re.compile(r"([^\W\d])\1+")
_OMISSION: Final = re.compile(r"\.\.+")
_SENTENCE_END: Final = re.compile(r"[.!?؟]+")
_NO_WORD: Final = re.compile(r"[^\w.]+")


@dataclass(frozen=True)
class CrisisRules:
    """The compiled words of danger: of each language one expression for what is harmless, one for danger."""

    harmless: tuple[re.Pattern[str], ...]
    danger: Mapping[str, re.Pattern[str]]

    def find(self, text: str) -> str | None:
        """Return the tag of the language in which the text speaks of acute danger, or None."""
        folded = _fold_text(text)
        for expression in self.harmless:
            folded = expression.sub(" .", folded)
        return next((tag for tag, expression in self.danger.items() if expression.search(folded)), None)


def compile_crisis(words: Mapping[str, CrisisWords]) -> CrisisRules:
    """Return the rules of all languages; raises ContentError when one has no danger or a pattern cannot be read."""
    danger = {}
    for tag in words:
        if not words[tag].danger:
            msg = f"content/{tag}/crisis.yml: the list of danger is empty"
            raise ContentError(msg)
        danger[tag] = _compile_patterns(tag, words[tag].danger)
    harmless = [_compile_patterns(tag, entry.harmless) for tag, entry in words.items() if entry.harmless]
    return CrisisRules(tuple(harmless), danger)


def _fold_text(text: str) -> str:
    """Return words and ends of sentences (dots), each with one space before it, and a space at the end."""
    text = _OMISSION.sub(" ", _fold_letters(text))
    text = _NO_WORD.sub(" ", _SENTENCE_END.sub(" . ", text))
    return f" {text.strip()} "


def _fold_letters(text: str) -> str:
    text = _LATIN_I.sub("і", normalize(text).translate(_VARIANTS))
    return _DOUBLED.sub(r"\1", _UMLAUT.sub(r"\1", text))


@lru_cache(maxsize=64)  # a tenth of a second a language: content that is exchanged leaves most lists as they were
def _compile_patterns(tag: str, patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return one expression for all patterns."""
    fixed, anywhere = [], []
    for pattern in patterns:
        try:
            beginnings, rest = _translate(pattern)
        except ValueError as error:
            msg = f"content/{tag}/crisis.yml: the pattern {pattern!r} cannot be read: {error}"
            raise ContentError(msg) from None
        whole = [beginning for beginning in beginnings if not beginning.startswith(_ANY)]
        ends = [beginning.removeprefix(_ANY) for beginning in beginnings if beginning.startswith(_ANY)]
        fixed += [f"(?:{'|'.join(whole)}){rest}"] if whole else []
        anywhere += [f"(?:{'|'.join(ends)}){rest}"] if ends else []
    if anywhere:  # these share one search for what comes after the first letters
        fixed.append(f"{_ANY}(?:{'|'.join(anywhere)})")
    return re.compile(rf" (?:{'|'.join(fixed)}){_END}")


def _translate(pattern: str) -> tuple[list[str], str]:
    """Return the expressions one of which begins the pattern (without the space before), and that of its rest."""
    elements = _split(pattern)
    if elements[0]["gap"] or elements[0]["none"]:
        msg = "it does not begin with a word"
        raise ValueError(msg)
    if elements[-1]["gap"]:
        msg = "it ends with '..'"
        raise ValueError(msg)
    if sum(bool(element["gap"]) for element in elements) > _MAX_GAPS:
        msg = f"it has more than {_MAX_GAPS} '..'"
        raise ValueError(msg)
    first, *others = elements
    return _translate_words(first), "".join(_translate_element(element) for element in others)


def _split(pattern: str) -> list[re.Match[str]]:
    elements: list[re.Match[str]] = []
    position = 0
    for part in _ELEMENT.finditer(pattern):
        if pattern[position : part.start()] != (" " if elements else ""):
            msg = f"something is wrong before {part[0]!r}"
            raise ValueError(msg)
        elements.append(part)
        position = part.end()
    if not elements or position != len(pattern):
        msg = f"something is wrong at {pattern[position:]!r}"
        raise ValueError(msg)
    return elements


def _translate_element(element: re.Match[str]) -> str:
    if element["gap"]:
        return _GAP
    words = "|".join(_translate_words(element))
    return f"(?! (?:{words}){_END})" if element["none"] else f" (?:{words})"


def _translate_words(element: re.Match[str]) -> list[str]:
    """Return an expression for each alternative."""
    rows = [element["word"]] if element["word"] else element["words"].split("|")
    return list(dict.fromkeys(" ".join(_translate_word(word) for word in row.split(" ")) for row in rows))


def _translate_word(word: str) -> str:
    folded = _WORD.fullmatch(_fold_letters(word))
    if folded is None:
        msg = f"{word!r} is no word"
        raise ValueError(msg)
    before, letters, after = folded.groups()
    return (_ANY if before else "") + letters + (r"\w*+" if after else "")
