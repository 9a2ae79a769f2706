"""Facts sent to an office as a table, line by line, and what its reply changes."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from bot.i18n import get_strings
from bot.languages import SOURCE
from bot.messages.content import PLACEHOLDER, AnyFact, Content, Rule
from bot.services.checking_answers import can_tell
from bot.services.editing_content import find_body, propose
from bot.services.filling import fill_text
from bot.services.keeping_facts import FactKind, confirm_fact, kind_of, mark_confirmed
from bot.services.reading_fields import FieldError, read_date, read_email, read_number, read_phone, read_url
from bot.services.reading_tables import read_rows, write_rows
from bot.services.telling_hours import describe_hours

_ASKED = {
    FactKind.PLACES: ("address", "phone", "email", "url", "hours"),
    FactKind.EVENTS: ("next_date", "address", "url"),
}
_READERS: Mapping[str, Callable[[str], Any]] = {
    "phone": read_phone,
    "email": read_email,
    "url": read_url,
    "next_date": read_date,
    "address": str,
}
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_YES = frozenset({"ja", "j", "yes", "y", "x", "ok", "richtig", "stimmt", "✓", "✔"})


@dataclass(frozen=True)
class Line:
    """One thing to confirm.

    Attributes:
        field: which one of the fact; "" for a rule without figures.
        says: what the bot says, in German where it says it.
    """

    key: str
    field: str
    says: str

    @property
    def id(self) -> str:
        """Return its name in the table, like a placeholder of an answer."""
        return f"{self.key}.{self.field}" if self.field else self.key


@dataclass(frozen=True)
class Unclear:
    """What a reply says and nobody but a person can enter."""

    id: str
    text: str


@dataclass
class Reply:
    """What came of an office's reply.

    Attributes:
        confirmed: ids of facts of which every line was said to be right.
        proposed: ids of facts for which a correction waits for approval.
        unclear: lines to look at.
        open: ids of facts with lines that were not answered.
    """

    confirmed: list[str] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    open: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Said:
    right: str = ""
    correction: str = ""
    other: str = ""  # what the table says in place of what the bot says

    @property
    def text(self) -> str:
        """Return all that a person has to look at."""
        return " ".join(part for part in (self.other, self.right, self.correction) if part)

    @property
    def yes(self) -> bool:
        return not self.other and self.right.lower().rstrip(".!") in _YES and not self.correction


@dataclass(frozen=True)
class _Asking:
    office: str
    author: str
    now: dt.datetime
    today: dt.date


def list_lines(content: Content, fact: AnyFact, names: Mapping[str, str], today: dt.date) -> list[Line]:
    """Return what an office can confirm of a fact; `names` are the German names of the fields."""
    if isinstance(fact, Rule):
        return [
            Line(fact.id, figure, _quote(content, fact, figure, today) or _describe_figure(fact, figure))
            for figure in _list_fields(fact)
        ]
    return [
        Line(fact.id, name, f"{fact.name} – {names[name]}: {_write_value(name, getattr(fact, name))}")
        for name in _list_fields(fact)
    ]


def list_sentences(content: Content, rule: Rule, figures: Iterable[str], today: dt.date) -> tuple[str, ...]:
    """Return the German sentences of answers that say one of these figures of a rule, as readers see them."""
    wanted = {(rule.id, figure) for figure in figures}
    sentences: dict[str, None] = {}
    for answer in content.answers[SOURCE].values():
        for text in answer.prose():
            for sentence in _SENTENCE_END.split(text):
                if wanted & set(PLACEHOLDER.findall(sentence)):
                    sentences[fill_text(sentence, content, get_strings(SOURCE), today).replace("**", "")] = None
    return tuple(sentences)


def write_table(heading: Sequence[str], lines: Iterable[Line]) -> str:
    """Return the table as a file, with two empty columns for the answer."""
    return write_rows([heading, *((line.id, line.says, "", "") for line in lines)])


def take_reply(
    session: Session,
    office: str,
    asked: Sequence[AnyFact],
    table: str,
    author: str,
    now: dt.datetime,
    today: dt.date,
    says: Mapping[str, str] | None = None,
) -> Reply:
    """Confirm what was said to be right, propose what was corrected, and list what a person has to look at.

    `says` is what the lines say now: one that says something else in the table, because the fact has changed since
    or the office wrote over it, is for a person.
    """
    rows = [[*row, "", "", ""] for _, row in read_rows(table)[1:]]
    said = {row[0]: _Said(row[2], row[3], _find_other(row[1], (says or {}).get(row[0], ""))) for row in rows}
    reply = Reply()
    for fact in asked:
        lines = {name: said.pop(Line(fact.id, name, "").id, _Said()) for name in _list_fields(fact)}
        if any(line.right or line.correction for line in lines.values()):
            _take_fact(session, fact, lines, _Asking(office, author, now, today), reply)
    reply.unclear += [Unclear(name, line.text) for name, line in said.items()]
    return reply


def _take_fact(session: Session, fact: AnyFact, lines: Mapping[str, _Said], asking: _Asking, reply: Reply) -> None:
    kind = kind_of(fact)
    corrected, left = _read_corrections(kind, lines)
    changed = {} if isinstance(fact, Rule) else dict(corrected)
    figures = corrected if isinstance(fact, Rule) else {}
    reply.unclear += [Unclear(Line(fact.id, name, "").id, text) for name, text in left.items()]
    answered = not left and all(line.yes or name in corrected for name, line in lines.items())
    if corrected:
        body = dict(find_body(session, kind.file, fact.id) or {}) | changed
        if figures:
            body["figures"] = {
                name: figure | ({"value": figures[name]} if name in figures else {})
                for name, figure in body["figures"].items()
            }
        body |= mark_confirmed(asking.office, asking.today) if answered else {}
        propose(session, kind.file, fact.id, body, asking.author, asking.now, note=asking.office)
        reply.proposed.append(fact.id)
    elif answered:
        confirm_fact(session, kind, fact.id, asking.office, asking.author, asking.now, asking.today)
        reply.confirmed.append(fact.id)
    elif not left:
        reply.open.append(fact.id)


def _read_corrections(kind: FactKind, lines: Mapping[str, _Said]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the corrections that are a value of their field, and what else was said that is no yes."""
    read, left = {}, {}
    for name, line in lines.items():
        reader: Callable[[str], Any] | None = _READERS.get(name)
        if kind is FactKind.RULES:
            reader = read_number if name else None
        try:
            if line.correction and reader and not line.other:
                read[name] = reader(line.correction)
                continue
        except FieldError:
            pass
        if line.correction or (line.right and not line.yes):
            left[name] = line.text
    return read, left


def _find_other(says: str, now: str) -> str:
    """Return what a line says when it is not what the bot says now; nothing where the column was left out."""
    same = not says or not now or _WORD.findall(says) == _WORD.findall(now)  # encodings lose dashes and quotes
    return "" if same else says


def _list_fields(fact: AnyFact) -> tuple[str, ...]:
    """Return what an office is asked of a fact; a secret address is in no table, since tables are sent by mail."""
    if isinstance(fact, Rule):
        return tuple(fact.figures) or ("",)
    return tuple(name for name in _ASKED[kind_of(fact)] if can_tell(fact, name))


def _write_value(name: str, value: Any) -> str:
    strings = get_strings(SOURCE)
    if name == "hours":
        return describe_hours(value, strings) or str(value)
    return strings.date(value) if name == "next_date" else str(value)


def _describe_figure(rule: Rule, name: str) -> str:
    """Return what a rule says where no German answer says it: only staff know its statement."""
    figure = rule.figures.get(name)
    value = f"{name}: {get_strings(SOURCE).figure(figure.value, figure.unit)} – " if figure else ""
    return f"{value}{rule.statement}"


def _quote(content: Content, rule: Rule, figure: str, today: dt.date) -> str:
    """Return the German sentences that say a figure, as readers see them; empty when none does."""
    return " / ".join(list_sentences(content, rule, (figure,) if figure else rule.figures, today))
