"""Answers: the matrix of topics and languages, and the form of one answer with the German beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.responses import Response

from bot.desk.answer_form import Opened, mark_source, open_answer, read_body
from bot.desk.permissions import Permission, Verdict, judge_access
from bot.desk.presenting import draw_message
from bot.desk.telling_changes import list_words, name_answer_states, name_part, tell_fault, tell_finding
from bot.desk.visit import Visit
from bot.errors import ConflictError, ContentError
from bot.i18n import get_strings
from bot.languages import LANGUAGES, SOURCE, Language
from bot.messages.content import LIMITS, MAX_BRING, MAX_STEPS, PLACEHOLDER_LENGTH, Answer, Entry
from bot.messages.conversation import Part
from bot.services.answering import make_reader
from bot.services.comparing_texts import FieldChange, compare_bodies
from bot.services.editing_content import list_entry_proposals
from bot.services.findings import Finding
from bot.services.listing_standings import (
    CONVERSATION,
    TO_READ,
    Standing,
    count_outdated,
    count_standings,
    find_standing,
    list_matrix,
    search_topics,
)
from bot.services.naming_groups import ASKED, name_group
from bot.services.preparing_answers import (
    FieldFault,
    Option,
    begin_body,
    build_preview,
    check_answer,
    confirm_body,
    find_answer_file,
    find_faults,
    find_german_then,
    list_options,
    propose_answer,
    publish_answer,
)
from bot.services.storing_content import fingerprint_body
from bot.states import AnswerState, Group, Role

Act = Callable[[Visit], Response]
_LONGEST_NOTE = 400  # as the column of revisions
_TO_READ, _OWN = "to_read", "own"  # in the address of the matrix
_NO_VARIANT: Mapping[str, Any] = {"groups": (), "text": ""}
_PROSE = ("title", "keywords", "text", "steps", "bring", "variants")


@dataclass(frozen=True)
class Bubble:
    """A message as Telegram shows it."""

    text: Markup
    rows: Sequence[Sequence[str]]


def may_write(visit: Visit, language: str) -> bool:
    """Tell whether the person may write answers in a language: translators in their own ones only."""
    return visit.signed_in.role is not Role.TRANSLATOR or language in visit.signed_in.languages


def _in_own_language(act: Act) -> Act:
    @wraps(act)
    def guarded(visit: Visit) -> Response:
        if not may_write(visit, visit.param("language")):
            return visit.render("error.html", status=403, reason="not_allowed")
        return act(visit)

    return guarded


def show_matrix(visit: Visit) -> Response:
    """Show how every answer stands in every language; those with some words, of one field or standing, where wanted."""
    field, standing, whose = visit.query("field"), visit.query("standing"), visit.query("languages")
    mine = [each for each in LANGUAGES if each.tag in visit.signed_in.languages]
    languages = (mine if whose == _OWN else []) or LANGUAGES
    rows = list_matrix(visit.content, [each.tag for each in languages])
    named = search_topics(visit.content, visit.query("q"))
    of_field = [row for row in rows if field in {"", row.field} and row.topic in named]
    wanted = TO_READ if standing == _TO_READ else {standing}
    return visit.render(
        "matrix.html",
        rows=[row for row in of_field if not standing or wanted & set(row.standings.values())],
        counts=count_standings(of_field),
        standings=list(Standing),
        to_read=_TO_READ,
        own=_OWN,
        fields=_list_fields(visit),
        words=visit.query("q").strip(),
        field=field,
        standing=standing,
        whose=whose,
        languages=languages,
        may_write={language.tag: may_write(visit, language.tag) for language in LANGUAGES},
        **list_words(visit),
    )


@_in_own_language
def show_answer(visit: Visit) -> Response:
    """Show the form of an answer, filled with what the bot says now."""
    opened = open_answer(visit)
    body = opened.body or begin_body(opened.german)
    if opened.is_source and visit.may(Permission.PUBLISH):  # who publishes means it, unless they choose otherwise
        body = {**body, "state": AnswerState.PUBLIC.value}
    return _show(visit, opened, _find_own_proposal(visit, opened) or body)


@_in_own_language
def save_answer(visit: Visit) -> Response:
    """Propose or publish what was written; what does not fit is shown on the form, with all that was typed."""
    opened = open_answer(visit)
    body = read_body(visit, opened)
    if visit.text("do") == "preview" or not _is_right(visit, opened, body):
        return _show(visit, opened, body, status=200 if visit.text("do") == "preview" else 400)
    return _store(visit, opened, body, publish=visit.text("do") == "publish" and may_publish(visit))


@_in_own_language
def confirm_answer(visit: Visit) -> Response:
    """Mark an answer as read and right: a translation as reviewed, German as public."""
    opened = open_answer(visit)
    if opened.body is None or (opened.is_source and not may_publish(visit)):
        return visit.render("error.html", status=403, reason="not_allowed")
    body = mark_source(visit, opened, confirm_body(opened.body, opened.language.tag, opened.german))
    if not _is_right(visit, opened, body):
        return _show(visit, opened, body, status=400)
    return _store(visit, opened, body, publish=may_publish(visit))


@_in_own_language
def preview_answer(visit: Visit) -> Response:
    """Show what readers would get, as a part of the page."""
    opened = open_answer(visit)
    return visit.render("answer_preview.html", opened=opened, **_preview(visit, opened, read_body(visit, opened)))


def may_publish(visit: Visit) -> bool:
    """Tell whether what the person writes can go live at once: by role, second factor, and no second pair of eyes."""
    allowed = judge_access(visit.signed_in, Permission.PUBLISH) is Verdict.YES
    return allowed and not visit.four_eyes


def _find_own_proposal(visit: Visit, opened: Opened) -> Mapping[str, Any] | None:
    """Return what the person proposed and nobody has decided yet: they go on from there."""
    with visit.reading() as session:
        waiting = list_entry_proposals(session, opened.file, opened.topic)
        return next((item.body for item in reversed(waiting) if item.author == visit.signed_in.name), None)


def _is_right(visit: Visit, opened: Opened, body: Mapping[str, Any]) -> bool:
    return not find_faults(body) and not any(finding.level == "error" for finding in _check(visit, opened, body))


def _check(visit: Visit, opened: Opened, body: Mapping[str, Any]) -> list[Finding]:
    answer = Answer.model_validate(body)
    today = visit.today
    return check_answer(opened.content, opened.language.tag, opened.topic, answer, today)


def _store(visit: Visit, opened: Opened, body: Mapping[str, Any], *, publish: bool) -> Response:
    say = visit.strings.gettext
    stored = Entry(opened.file, opened.topic, dict(body), 0).normalise().body
    if stored == opened.body:
        return visit.go(opened.path, say("Nothing was different, so nothing was changed."))
    try:
        with visit.writing() as session:
            who, seen, note = visit.signed_in.name, visit.text("seen"), visit.text("note")[:_LONGEST_NOTE]
            store = publish_answer if publish else propose_answer
            store(session, opened.file, opened.topic, stored, who, visit.now, seen=seen, note=note)
    except ConflictError:
        return _show(visit, open_answer(visit), body, status=409, conflict=True)
    waits = say("Proposed. Another person reads it before the bot says it.")
    return visit.go(opened.path, _tell_published(visit, opened) if publish else waits)


def _tell_published(visit: Visit, opened: Opened) -> str:
    """Return what publishing has changed: the bot, and for German the translations that are behind now."""
    done = visit.strings.gettext("Published. The bot says it within five seconds.")
    outdated = count_outdated(visit.content, opened.topic) if opened.is_source else 0
    if not outdated:
        return done
    behind = visit.strings.ngettext(
        "{count} translation is outdated now.", "{count} translations are outdated now.", outdated
    )
    return f"{done} {behind}"


def _show(
    visit: Visit, opened: Opened, body: Mapping[str, Any], *, status: int = 200, conflict: bool = False
) -> Response:
    faults = find_faults(body)
    findings = [] if faults else _check(visit, opened, body)
    with visit.reading() as session:
        waiting = list_entry_proposals(session, opened.file, opened.topic)
        return visit.render(
            "answer.html",
            status=status,
            opened=opened,
            body=body,
            seen=fingerprint_body(opened.body),
            title=opened.german.title if opened.german else opened.topic,
            standing=find_standing(opened.content, opened.language.tag, opened.topic),
            errors=(errors := _tell_faults(visit, faults if visit.form else ()) | _tell_errors(visit, findings)),
            wrong_parts=[(part.replace(" ", "-"), name_part(part, visit.strings)) for part in errors],
            problems=_tell(visit, findings, "error"),
            warnings=_tell(visit, findings, "warning"),
            conflict=compare_bodies(_prose(opened.body), _prose(body)) if conflict else (),
            changed_german=_compare_german(session, opened),
            options=_list_options(visit, opened),
            group=visit.text("group"),
            groups=[(group.value, name_group(group, get_strings(visit.language))) for group in ASKED],
            states=name_answer_states(visit.strings),
            may_publish=may_publish(visit),
            waiting=waiting,
            differences={item.id: compare_bodies(item.previous, item.body) for item in waiting},
            limits=LIMITS,
            placeholder_length=PLACEHOLDER_LENGTH,
            **_lay_out(opened, body),
            **_preview(visit, opened, body),
            **list_words(visit),
        )


def _lay_out(opened: Opened, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields of the lists: one for each German line beside a translation, as many as fit for German."""
    german = None if opened.is_source else opened.german
    variants = body.get("variants", [])
    return {
        "german": german,
        "steps": _fill_up(body.get("steps", []), len(german.steps) if german else MAX_STEPS, ""),
        "bring": _fill_up(body.get("bring", []), len(german.bring) if german else MAX_BRING, ""),
        "variants": _fill_up(variants, len(german.variants) if german else len(variants) + 1, _NO_VARIANT),
    }


def _fill_up(items: Sequence[Any], count: int, filler: Any) -> list[Any]:
    return [*items, *([filler] * count)][:count]


def _preview(visit: Visit, opened: Opened, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the messages that readers would get, or why there are none yet."""
    wanted = visit.text("group")
    group = Group(wanted) if wanted in set(Group) else Group.UNKNOWN
    reader = make_reader(opened.language.tag, group, visit.services.clock)
    bubbles: list[Bubble] = []
    problem = ""
    try:
        answer = Answer.model_validate(body)
        parts = build_preview(opened.content, opened.language.tag, opened.topic, answer, reader)
        bubbles = [_draw(part, opened.language) for part in parts]
    except ValueError:
        problem = visit.strings.gettext("The preview appears when all fields fit.")
    except ContentError:
        problem = visit.strings.gettext("The preview appears when every placeholder names a fact.")
    return {"bubbles": bubbles, "preview_problem": problem}


def _draw(part: Part, language: Language) -> Bubble:
    return Bubble(draw_message(part.text, language), [[button.label for button in row] for row in part.rows])


def _list_fields(visit: Visit) -> list[tuple[str, str]]:
    names = visit.content.field_names.get(visit.language, {})
    fields = [(field.id, f"{field.symbol} {names.get(field.id, field.id)}") for field in visit.content.tree.fields]
    return [*fields, (CONVERSATION, visit.strings.gettext("Small talk and help"))]


def _list_options(visit: Visit, opened: Opened) -> Sequence[Option]:
    tag = opened.language.tag
    return list_options(opened.content, tag, opened.topic, get_strings(tag), visit.today)


def _compare_german(session: Session, opened: Opened) -> tuple[FieldChange, ...]:
    """Return what has changed in German since a translation was made, where the revisions still tell."""
    if opened.is_source or opened.body is None or opened.german is None:
        return ()
    file = find_answer_file(opened.content, SOURCE, opened.topic)
    then = find_german_then(session, file, opened.topic, opened.body.get("source"))
    if then is None:
        return ()
    return compare_bodies(*(_prose(answer.model_dump(mode="json")) for answer in (then, opened.german)))


def _prose(body: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return what people write of an answer, without what is computed."""
    return {key: body[key] for key in _PROSE if key in body} if body else None


def _tell_faults(visit: Visit, faults: Sequence[FieldFault]) -> dict[str, str]:
    return {fault.part: tell_fault(fault, visit.strings) for fault in faults}


def _tell_errors(visit: Visit, findings: Sequence[Finding]) -> dict[str, str]:
    """Return the errors that belong to one part, shown at its field."""
    return {f.part: tell_finding(f, visit.strings) for f in findings if f.level == "error" and f.part}


def _tell(visit: Visit, findings: Sequence[Finding], level: str) -> list[str]:
    return [tell_finding(finding, visit.strings) for finding in findings if finding.level == level]
