"""The difference between two texts by words, and between two entries by fields."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

type _Value = str | tuple[str, ...]
_WORD = re.compile(r"\s+|\{[^{}\s]*\}|[\w'’-]+|[^\w\s]")
# Lists of names: which of them is the third tells nobody anything.
# One of a few values each.
_CODES = frozenset({"state", "translation", "kind", "force", "address_secret", "volatile"})
_NAMES = frozenset({"keywords", "groups", "languages", "places", "events", "rules"})


@dataclass(frozen=True)
class Span:
    """A run of words that stayed, came or went."""

    kind: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True)
class FieldChange:
    """A field whose text is another now.

    Attributes:
        path: where it stands in the entry, as in ("steps", 2) or ("figures", "deadline", "value"); lists begin at 1.
        spans: runs of words; of a list of names, one for each name.
    """

    path: tuple[str | int, ...]
    spans: tuple[Span, ...]

    @property
    def field(self) -> str:
        """Return the name of the innermost field; empty for an entry that is one text as a whole."""
        return str(self.path[-1]) if self.path else ""

    @property
    def is_list(self) -> bool:
        """Tell whether each span is a name of its own."""
        return self.field in _NAMES

    @property
    def is_code(self) -> bool:
        """Tell whether the field holds one of a few values, which takes the place of another."""
        return self.field in _CODES


def compare_texts(old: str, new: str) -> tuple[Span, ...]:
    """Return what became of the words: first what went, then what came, in the order of reading."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    spans: list[Span] = []
    gone = come = ""
    for kind, start, end, begin, stop in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        left, right = "".join(before[start:end]), "".join(after[begin:stop])
        if kind == "equal" and left.strip():
            spans += [*_tell_change(gone, come), Span("same", left)]
            gone = come = ""
        else:  # a space between two changed words stays with them: changes are read as phrases
            gone, come = gone + left, come + right
    return (*spans, *_tell_change(gone, come))


def compare_lines(old: str, new: str) -> tuple[FieldChange, ...]:
    """Return the line before and the line after, each as a whole; nothing for the same."""
    if old == new:
        return ()
    parts = (Span("removed", old), Span("same", "\n"), Span("added", new))
    return (FieldChange((), tuple(part for part in parts if part.text.strip() or (old and new))),)


def _tell_change(gone: str, come: str) -> Iterator[Span]:
    if gone:
        yield Span("removed", gone)
    if come:
        yield Span("added", come)


def compare_bodies(old: Any, new: Any) -> tuple[FieldChange, ...]:
    """Return the fields that differ between two bodies of an entry, in their order; None stands for no entry."""
    before, after = dict(_flatten(old)), dict(_flatten(new))
    changes = (FieldChange(path, _compare(before.get(path), after.get(path))) for path in after | before)
    return tuple(change for change in changes if any(span.kind != "same" for span in change.spans))


def _compare(old: _Value | None, new: _Value | None) -> tuple[Span, ...]:
    if isinstance(old, tuple) or isinstance(new, tuple):
        return _compare_names(old or (), new or ())
    return compare_texts(old or "", new or "")


def _compare_names(old: Iterable[str], new: Iterable[str]) -> tuple[Span, ...]:
    """Return which names stayed, went and came; another order is no change."""
    before, after = dict.fromkeys(old), dict.fromkeys(new)
    kept = (Span("same" if name in after else "removed", name) for name in before)
    return (*kept, *(Span("added", name) for name in after if name not in before))


def _flatten(body: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], _Value]]:
    """Yield the texts and the lists of names of a body with their places."""
    if isinstance(body, dict):
        for key, value in body.items():
            yield from _flatten(value, (*path, str(key)))
    elif isinstance(body, list) and path and path[-1] in _NAMES:
        yield path, tuple(str(item) for item in body)
    elif isinstance(body, list):
        for number, item in enumerate(body, 1):
            yield from _flatten(item, (*path, number))
    elif body is not None:
        yield path, str(body)
