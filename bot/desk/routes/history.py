"""What people proposed and published: the differences, approval, and the way back."""

from starlette.responses import Response

from bot.desk.permissions import Permission
from bot.desk.routes.facts import find_problem, find_removal_problem
from bot.desk.telling_changes import list_words, tell_finding
from bot.desk.visit import Visit
from bot.errors import ConflictError, SignInError
from bot.languages import SOURCE
from bot.models import Revision
from bot.services.comparing_texts import compare_bodies
from bot.services.editing_content import (
    get_revision,
    list_changes,
    list_proposals,
    list_revisions,
    publish,
    reject,
    take_back,
)
from bot.services.keeping_facts import FactKind
from bot.services.listing_standings import find_german_title
from bot.services.preparing_answers import find_errors
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
            proposals=[(revision, compare_bodies(revision.previous, revision.body)) for revision in waiting],
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
            if problem := _find_problem(visit, revision):
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
        if problem := _find_problem(visit, revision, back=True):
            return _render_history(visit, file, key, problem, 400)
        take_back(session, revision, visit.signed_in.name, visit.now)
    note = visit.strings.gettext("Taken back. The bot says again what it said before.")
    return visit.go("/history", note, file=file, key=key)


def name_entry(visit: Visit, file: str, key: str) -> str:
    """Return what an entry is called: the title of an answer, the name of a fact, else its key."""
    fact = visit.content.find_fact(key)
    name = getattr(fact, "name", "")
    if "/" not in file:
        return name or key
    language = visit.strings.language_name(file.partition("/")[0])
    title = find_german_title(visit.content, key) if key in visit.content.answers[SOURCE] else name or key
    return f"{title} · {language}"


def find_address(visit: Visit, file: str, key: str) -> str:
    """Return the page of an entry; nothing for one that has none."""
    folder, _, name = file.rpartition("/")
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
            revisions=[(revision, compare_bodies(revision.previous, revision.body)) for revision in revisions],
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


def _find_problem(visit: Visit, revision: Revision, *, back: bool = False) -> str:
    """Return why an entry cannot go live, or not any more: a fact that an answer names is gone, or would be."""
    body = revision.previous if back else revision.body
    if (kind := revision.file.removesuffix(".yml")) in set(FactKind):
        if body is None:
            return find_removal_problem(visit, FactKind(kind), revision.key)
        return find_problem(visit, FactKind(kind), body)
    errors = find_errors(visit.content, revision.file, revision.key, body, visit.today)
    return " ".join(tell_finding(error, visit.strings) for error in errors)
