"""Answers at the desk: what a draft lacks, what readers would get, and what it becomes when it is saved."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from bot.errors import ConflictError, ContentError, NotFoundError
from bot.i18n import Strings
from bot.languages import SOURCE, TAGS
from bot.messages.content import TOO_LONG, Answer, AnyFact, Content, Entry, Rule, count_characters
from bot.messages.conversation import Part
from bot.models import Revision
from bot.services import checking_answers, checking_prose
from bot.services.answering import Reader, build_answer, build_conversation
from bot.services.checking_answers import SHOWN_FIELDS, can_tell, name_placeholder
from bot.services.editing_content import (
    find_body,
    list_entry_proposals,
    list_revisions,
    propose,
    reject,
    save,
)
from bot.services.filling import fill_text
from bot.services.findings import Checked, Finding
from bot.services.keeping_facts import tell_name
from bot.services.storing_content import fingerprint_body
from bot.states import AnswerState, TranslationState

# Those of `bot content check` that look at one answer and the German it was made from.
_CHECKS = (
    checking_answers.check_answers_have_topics,
    checking_answers.check_placeholders,
    checking_answers.check_braces,
    checking_answers.check_figures_hold,
    checking_answers.check_placeholders_agree,
    checking_answers.check_placeholders_keep_their_place,
    checking_answers.check_variants_agree,
    checking_answers.check_groups_are_unique,
    checking_answers.check_variants_are_asked_for,
    checking_answers.check_lists_agree,
    checking_answers.check_states,
    checking_answers.check_length,
    checking_prose.check_values,
    checking_prose.check_markup,
    checking_prose.check_script,
    checking_prose.check_foreign_letters,
    checking_prose.warn_of_durations,
    checking_answers.warn_of_few_keywords,
)


@dataclass(frozen=True)
class Option:
    """A placeholder that may stand in an answer, the fact it names, and what it prints now."""

    name: str
    fact: str
    value: str


class FaultKind(StrEnum):
    """What is wrong with a field of a form."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    NO_GROUP = "no_group"
    OTHER = "other"


@dataclass(frozen=True)
class FieldFault:
    """A field of an answer that does not fit its format.

    Attributes:
        part: its place, as in "title" or "steps 2"; the same names as in Finding.
        limit: how much fits, where that is the fault.
        excess: how many characters are too many.
        placeholder: how many characters a placeholder counts as, where placeholders may stand.
    """

    part: str
    kind: FaultKind
    limit: int = 0
    excess: int = 0
    placeholder: int = 0


def find_answer_file(content: Content, language: str, topic: str) -> str:
    """Return the file of an answer, there or to be; raises NotFoundError for an unknown topic or language."""
    if topic not in content.topics or language not in TAGS:
        raise NotFoundError(f"there is no answer {language}/{topic}")
    return f"{language}/{content.tree.files[topic]}"


def begin_body(german: Answer | None) -> dict[str, Any]:
    """Return an empty answer with the structure of the German one, for a translation that is still missing."""
    if german is None:
        return {"title": "", "text": ""}
    return {
        "title": "",
        "keywords": [],
        "text": "",
        "steps": [""] * len(german.steps),
        "bring": [""] * len(german.bring),
        "variants": [{"groups": [*variant.groups], "text": ""} for variant in german.variants],
    }


def complete_body(draft: Mapping[str, Any], language: str, german: Answer | None, state: AnswerState) -> dict[str, Any]:
    """Return what is stored of a person's words: German with its state, a translation as reviewed by a person."""
    if language == SOURCE:
        return {**draft, "state": state.value}
    source = german.fingerprint if german else None
    return {**draft, "translation": TranslationState.REVIEWED.value, "source": source}


def confirm_body(body: Mapping[str, Any], language: str, german: Answer | None) -> dict[str, Any]:
    """Return an answer as it is once a person has read it and found nothing to change; German becomes public."""
    return complete_body(body, language, german, AnswerState.PUBLIC)


def find_faults(body: Mapping[str, Any]) -> tuple[FieldFault, ...]:
    """Return the fields that do not fit the format of an answer."""
    try:
        Answer.model_validate(body)
    except ValidationError as error:
        return tuple(
            _read_fault(fault["loc"], fault["type"], fault["input"], fault.get("ctx", {}))
            for fault in error.errors(include_url=False)
        )
    return ()


def check_answer(content: Content, language: str, topic: str, answer: Answer, today: dt.date) -> list[Finding]:
    """Return what the checks of the content find in one answer, as if it stood there already."""
    alone = {language: {topic: answer}}
    if language != SOURCE:
        known = content.answers[SOURCE].get(topic)
        alone[SOURCE] = {topic: known} if known else {}
    checked = Checked(replace(content, answers=alone, field_names={}, fact_lines={}), frozenset(), today)
    where = checked.tell_where(language, topic)
    return [finding for check in _CHECKS for finding in check(checked) if finding.where == where]


def find_errors(content: Content, file: str, key: str, body: Any, today: dt.date) -> list[Finding]:
    """Return what keeps an entry from going live: errors of an answer; others are checked where they are written.

    An answer may have been right when it was proposed, and name a fact that is gone since.
    """
    entry = Entry(file, key, body, 0)
    if body is None or entry.language is None or not isinstance(answer := entry.parse(), Answer):
        return []
    return [
        finding for finding in check_answer(content, entry.language, key, answer, today) if finding.level == "error"
    ]


def propose_answer(
    session: Session, file: str, topic: str, body: Any, author: str, now: dt.datetime, *, seen: str, note: str = ""
) -> Revision:
    """Store an answer for another person to approve; `seen` is the fingerprint of what its author started from.

    It takes the place of what the same person proposed before. Raises ConflictError when somebody else was faster.
    """
    _check_unchanged(session, file, topic, seen)
    for earlier in list_entry_proposals(session, file, topic):
        if earlier.author == author:
            reject(earlier, author, now)
    return propose(session, file, topic, body, author, now, note=note)


def publish_answer(
    session: Session, file: str, topic: str, body: Any, author: str, now: dt.datetime, *, seen: str, note: str = ""
) -> Revision:
    """Let an answer go live; `seen` and what is raised are those of `propose_answer`."""
    there = _check_unchanged(session, file, topic, seen)
    return save(session, file, topic, body, author, now, seen=there, note=note)


def list_options(content: Content, language: str, topic: str, strings: Strings, today: dt.date) -> tuple[Option, ...]:
    """Return the placeholders that may stand in an answer, with what each prints now in its language.

    A translation has those of the German answer; German may take every field of the topic's facts too.
    """
    german = content.answers[SOURCE].get(topic)
    pairs = sorted(german.placeholders()) if german else []
    if language == SOURCE:
        known = content.topics[topic]
        facts = (content.find_fact(key) for key in (*known.places, *known.events, *known.rules))
        pairs = [*pairs, *(pair for fact in facts if fact for pair in _name_fields(fact))]
    return tuple(
        Option(name_placeholder(key, field), _name_fact(content, key), _fill(key, field, content, strings, today))
        for key, field in dict.fromkeys(pairs)
    )


def build_preview(content: Content, language: str, topic: str, answer: Answer, reader: Reader) -> tuple[Part, ...]:
    """Return the messages that readers would get; raises ContentError for a placeholder that names no fact."""
    changed = {**content.answers, language: {**content.answers.get(language, {}), topic: answer}}
    content = replace(content, answers=changed)
    if topic in content.conversation:
        return (build_conversation(topic, content, reader),)
    return build_answer(topic, content, reader)


def find_german_then(session: Session, file: str, topic: str, source: str | None) -> Answer | None:
    """Return the German answer that a translation was made from, if the revisions still hold it."""
    for revision in list_revisions(session, file, topic):
        for body in (revision.previous, revision.body):
            if body is not None and (answer := Answer.model_validate(body)).fingerprint == source:
                return answer
    return None


def _check_unchanged(session: Session, file: str, topic: str, seen: str) -> Any:
    there = find_body(session, file, topic)
    if fingerprint_body(there) != seen:
        raise ConflictError("somebody else has changed this answer")
    return there


def _read_fault(place: Sequence[int | str], kind: str, typed: Any, context: Mapping[str, Any]) -> FieldFault:
    part = " ".join(
        str(step + 1) if isinstance(step, int) else step for step in place if step != "text" or len(place) == 1
    )
    limit = int(context.get("max_length", 0))
    match kind:
        case "string_too_short" | "missing":
            return FieldFault(part, FaultKind.EMPTY)
        case "string_too_long":
            return FieldFault(part, FaultKind.TOO_LONG, limit, len(typed) - limit)
        case str() if kind == TOO_LONG:
            excess = count_characters(typed.strip()) - limit
            return FieldFault(part, FaultKind.TOO_LONG, limit, excess, int(context["placeholder"]))
        case "too_long":
            return FieldFault(part, FaultKind.TOO_MANY, limit)
        case "too_short":
            return FieldFault(part.removesuffix(" groups"), FaultKind.NO_GROUP)
    return FieldFault(part, FaultKind.OTHER)


def _name_fields(fact: AnyFact) -> Iterator[tuple[str, str]]:
    """Yield the fields of a fact that a placeholder can name now."""
    fields = fact.figures if isinstance(fact, Rule) else SHOWN_FIELDS[type(fact)]
    return ((fact.id, field) for field in fields if can_tell(fact, field))


def _name_fact(content: Content, key: str) -> str:
    fact = content.find_fact(key)
    return tell_name(fact) if fact else key


def _fill(key: str, field: str, content: Content, strings: Strings, today: dt.date) -> str:
    try:
        return fill_text(name_placeholder(key, field), content, strings, today)
    except ContentError:
        return ""
