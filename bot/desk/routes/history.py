"""What people proposed and published: the differences, approval, and the way back."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from bot.desk.permissions import Permission
from bot.desk.reader_cards import word_refusal
from bot.desk.routes.facts import find_problem, find_removal_problem
from bot.desk.showing_facts import find_fact_address
from bot.desk.telling_changes import compare_revision, list_words, tell_finding
from bot.desk.visit import Visit
from bot.errors import ConflictError, SignInError
from bot.languages import SOURCE
from bot.models import Revision
from bot.services import merging_topics
from bot.services.arranging_topics import find_refusals
from bot.services.editing_content import (
    find_body,
    find_outcome,
    get_revision,
    list_changes,
    list_decided,
    list_proposals,
    list_revisions,
    publish,
    reject,
    take_back,
)
from bot.services.keeping_facts import FactKind
from bot.services.listing_standings import find_german_title
from bot.services.preparing_answers import find_errors
from bot.services.writing_lines import remove_lines
from bot.states import RevisionState

_AT_ONCE = 40


def show_proposals(visit: Visit, problem: str = "", status: int = 200) -> Response:
    """Show what waits for approval; those who cannot approve see their own."""
    with visit.reading() as session:
        waiting = [
            revision
            for revision in list_proposals(session)
            if visit.may(Permission.EDIT) or revision.author == visit.signed_in.name
        ]
        return visit.render(
            "proposals.html",
            status=status,
            proposals=[(revision, compare_revision(revision)) for revision in waiting],
            decided=list_decided(session, visit.signed_in.name, _AT_ONCE),
            problem=problem,
            four_eyes=visit.four_eyes,
            name_entry=lambda revision: name_entry(visit, revision.file, revision.key),
            find_address=lambda revision: find_address(visit, revision.file, revision.key),
            **list_words(visit),
        )


def decide_proposal(visit: Visit) -> Response:
    """Publish a proposal or send it back."""
    say = visit.strings.gettext
    try:
        with visit.writing() as session:
            revision = get_revision(session, visit.number())
            if visit.text("do") != "approve":
                reject(revision, visit.signed_in.name, visit.now)
                return visit.go("/proposals", say("Sent back. It stays in the history."))
            if problem := _find_problem(visit, session, revision):
                return show_proposals(visit, problem, 400)
            publish(session, revision, visit.signed_in.name, visit.now, four_eyes=visit.four_eyes)
    except SignInError:
        return show_proposals(visit, say("Another person than the author has to approve this."), 403)
    except ConflictError:
        late = say(
            "This was decided already, or the entry has changed since it was written. Send it back, or write anew."
        )
        return show_proposals(visit, late, 409)
    return visit.go("/proposals", say("Published. The bot says it within five seconds."))


def withdraw_proposal(visit: Visit) -> Response:
    """Close a proposal of one's own; it stays in the history."""
    say = visit.strings.gettext
    try:
        with visit.writing() as session:
            revision = get_revision(session, visit.number())
            if revision.author != visit.signed_in.name:
                return visit.render("error.html", status=403, reason="not_allowed")
            reject(revision, visit.signed_in.name, visit.now)
            address = find_address(visit, revision.file, revision.key)
    except ConflictError:
        return show_proposals(visit, say("This was decided already."), 409)
    return visit.go(address or "/proposals", say("Withdrawn. The bot says what it said before."))


def show_history(visit: Visit, problem: str = "", status: int = 200) -> Response:
    """Show every revision of an entry, newest first; of no entry in particular, what was changed anywhere."""
    file, key = visit.query("file"), visit.query("key")
    if not file and not key:
        return _render_changes(visit)
    return _render_history(visit, file, key, problem, status)


def take_revision_back(visit: Visit) -> Response:
    """Bring an entry back to what it was before a published revision."""
    with visit.writing() as session:
        revision = get_revision(session, visit.number())
        file, key = revision.file, revision.key
        if problem := _find_problem(visit, session, revision, back=True):
            return _render_history(visit, file, key, problem, 400)
        undone = take_back(session, revision, visit.signed_in.name, visit.now)
        if undone.body is None and file in {kind.file for kind in FactKind}:
            remove_lines(session, key, visit.signed_in.name, visit.now)
    note = visit.strings.gettext("Taken back. The bot says again what it said before.")
    return visit.go("/history", note, file=file, key=key)


def name_entry(visit: Visit, file: str, key: str) -> str:
    """Return what an entry is called: the title of an answer, the name of a fact, else its key."""
    if file == merging_topics.FILE:
        return visit.strings.gettext("Places and events below the answers")
    fact = visit.content.find_fact(key)
    name = getattr(fact, "name", "")
    if "/" not in file:
        return name or key
    language = visit.strings.language_name(file.partition("/")[0])
    is_answer = key in visit.content.answers[SOURCE] and not file.endswith("/facts.yml")
    title = find_german_title(visit.content, key) if is_answer else name or key
    return f"{title} · {language}"


def find_address(visit: Visit, file: str, key: str) -> str:
    """Return the page of an entry; nothing for one that has none."""
    folder, _, name = file.rpartition("/")
    if name == "facts.yml":
        fact = visit.content.find_fact(key)
        return f"{find_fact_address(fact)}#lines" if fact else ""
    if folder:
        return f"/answers/{key}/{folder}" if key in visit.content.topics and name != "crisis.yml" else ""
    kind = file.removesuffix(".yml")
    return f"/facts/{kind}/{key}" if kind in set(FactKind) else ""


def _render_history(visit: Visit, file: str, key: str, problem: str, status: int) -> Response:
    with visit.reading() as session:
        revisions = list_revisions(session, file, key)
        return visit.render(
            "history.html",
            status=status,
            title=name_entry(visit, file, key),
            address=find_address(visit, file, key),
            revisions=[(revision, compare_revision(revision)) for revision in revisions],
            later_stay=file == merging_topics.FILE,
            published=RevisionState.PUBLISHED,
            problem=problem,
            **list_words(visit),
        )


def _render_changes(visit: Visit) -> Response:
    with visit.reading() as session:
        revisions = list_changes(session, _AT_ONCE + 1, visit.find_number("before"))
        return visit.render(
            "changes.html",
            revisions=revisions[:_AT_ONCE],
            more=revisions[_AT_ONCE - 1].id if len(revisions) > _AT_ONCE else None,
            name_entry=lambda revision: name_entry(visit, revision.file, revision.key),
            **list_words(visit),
        )


def _find_problem(visit: Visit, session: Session, revision: Revision, *, back: bool = False) -> str:
    """Return why an entry cannot go live, or not any more: a fact that an answer names is gone, or would be."""
    there: Any = find_body(session, revision.file, revision.key)
    body = find_outcome(revision, there, back=back)
    if revision.file == merging_topics.FILE:
        return " ".join(word_refusal(each, visit) for each in find_refusals(visit.content, there, body))
    if (kind := revision.file.removesuffix(".yml")) in set(FactKind):
        if body is None:
            return find_removal_problem(visit, FactKind(kind), revision.key)
        return find_problem(visit, FactKind(kind), body)
    errors = find_errors(visit.content, revision.file, revision.key, body, visit.today)
    return " ".join(tell_finding(error, visit.strings) for error in errors)
