"""The form of an answer: what a page begins with, and what a person typed as the body of an entry."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.desk.permissions import Permission
from bot.desk.visit import Visit
from bot.languages import SOURCE, Language, get_language
from bot.messages.content import MAX_BRING, MAX_STEPS, Answer, Content
from bot.services.editing_content import find_body
from bot.services.preparing_answers import complete_body, find_answer_file
from bot.services.reading_fields import keep_order
from bot.states import AnswerState, Group

_BREAK = re.compile(r"[ ]*\n\s*")
_FINGERPRINT = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True)
class Opened:
    """An answer as a page begins with it.

    Attributes:
        body: as it is stored; None while it is missing.
        german: what it is translated from.
    """

    content: Content
    topic: str
    language: Language
    file: str
    body: Mapping[str, Any] | None
    german: Answer | None

    @property
    def is_source(self) -> bool:
        """Tell whether this is the German answer itself."""
        return self.language.tag == SOURCE

    @property
    def path(self) -> str:
        """Return its address."""
        return f"/answers/{self.topic}/{self.language.tag}"


def open_answer(visit: Visit) -> Opened:
    """Return the answer that the address names, as it is stored now; raises NotFoundError."""
    content, topic, tag = visit.content, visit.param("topic"), visit.param("language")
    file = find_answer_file(content, tag, topic)
    with visit.reading() as session:
        body = find_body(session, file, topic)
    return Opened(content, topic, get_language(tag), file, body, content.answers[SOURCE].get(topic))


def read_body(visit: Visit, opened: Opened) -> dict[str, Any]:
    """Return what was typed as the body of an answer."""
    draft = {
        "title": visit.text("title"),
        "keywords": [word.strip() for word in visit.text("keywords").replace("\n", ",").split(",") if word.strip()],
        "text": visit.text("text"),
        "steps": _read_lines(visit, "steps", opened, MAX_STEPS),
        "bring": _read_lines(visit, "bring", opened, MAX_BRING),
        "variants": _read_variants(visit, opened),
    }
    body = complete_body(draft, opened.language.tag, opened.german, _read_state(visit, opened))
    return mark_source(visit, opened, body)


def mark_source(visit: Visit, opened: Opened, body: dict[str, Any]) -> dict[str, Any]:
    """Return a translation as made from the German that its author saw, which may have changed while they wrote."""
    german = visit.text("german")
    return body if opened.is_source or not _FINGERPRINT.fullmatch(german) else body | {"source": german}


def _read_lines(visit: Visit, name: str, opened: Opened, most: int) -> list[str]:
    """Return the lines of a list: a translation has one for each German line, and an empty one is a fault."""
    if not opened.is_source and opened.german:
        return [_read_line(visit, name, number) for number in range(1, len(getattr(opened.german, name)) + 1)]
    return [line for number in range(1, most + 1) if (line := _read_line(visit, name, number))]


def _read_line(visit: Visit, name: str, number: int) -> str:
    """Return one line of a list; what is to be brought stays on one, wherever its field was broken."""
    text = visit.text(f"{name}-{number}")
    return _BREAK.sub(" ", text) if name == "bring" else text


def _read_variants(visit: Visit, opened: Opened) -> list[dict[str, Any]]:
    if not opened.is_source and opened.german:
        return [
            {"groups": [*variant.groups], "text": visit.text(f"variants-{number}")}
            for number, variant in enumerate(opened.german.variants, 1)
        ]
    before = (opened.body or {}).get("variants", ())
    variants = []
    for number in range(1, len(Group) + 1):
        chosen = [str(group) for group in visit.form.getlist(f"groups-{number}") if group in set(Group)]
        groups = keep_order(chosen, before[number - 1]["groups"] if number <= len(before) else ())
        text = visit.text(f"variants-{number}")
        if groups or text:
            variants.append({"groups": groups, "text": text})
    return variants


def _read_state(visit: Visit, opened: Opened) -> AnswerState:
    known = AnswerState((opened.body or {}).get("state", AnswerState.DRAFT))
    chosen = visit.text("state")
    return AnswerState(chosen) if chosen in set(AnswerState) and visit.may(Permission.PUBLISH) else known
