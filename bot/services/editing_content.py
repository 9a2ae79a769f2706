"""What staff write in place of an entry: proposed, published, rejected, taken back; every step leaves a revision."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import ConflictError, NotFoundError, SignInError
from bot.models import ContentEntry, Revision
from bot.services import merging_topics
from bot.services.storing_content import check_entry, edit_entry, remove_entry, store_entry
from bot.states import RevisionState

_TAKES_BACK = "takes back #"


def find_body(session: Session, file: str, key: str, *, lock: bool = False) -> Any | None:
    """Return the entry as the bot answers from it now; None when there is none.

    `lock` keeps others from changing it until the unit of work ends, so that what was compared still holds.
    """
    row = session.get(ContentEntry, (file, key), populate_existing=lock, with_for_update=lock)
    return row.body if row else None


def propose(
    session: Session, file: str, key: str, body: Any, author: str, now: dt.datetime, *, note: str = ""
) -> Revision:
    """Store what somebody wrote, without publishing it; None for an entry that is to go.

    Raises ContentError when it does not fit its format.
    """
    if body is not None:
        body = check_entry(session, file, key, body).body
    return _add_proposal(session, file, key, body, author, now, note)


def publish(session: Session, revision: Revision, by: str, now: dt.datetime, *, four_eyes: bool = False) -> None:
    """Let a proposal go live, and running bots load it; what topics list is carried over to what they list by now.

    Raises ConflictError when the entry has changed since it was written or the proposal was decided already,
    SignInError when another person than the author is wanted.
    """
    _decide(revision, RevisionState.PUBLISHED, by, now)
    if four_eyes and by == revision.author:
        raise SignInError("another person has to approve this")
    there = find_body(session, revision.file, revision.key, lock=True)
    if there != revision.previous and revision.file != merging_topics.FILE:
        raise ConflictError("the entry has changed since this was written")
    body = find_outcome(revision, there)
    if body is None:
        remove_entry(session, revision.file, revision.key, now)
    else:
        body = edit_entry(session, revision.file, revision.key, body, now).body
    revision.previous, revision.body = there, body


def reject(revision: Revision, by: str, now: dt.datetime) -> None:
    """Close a proposal without publishing it; raises ConflictError when it was decided already."""
    _decide(revision, RevisionState.REJECTED, by, now)


def save(
    session: Session,
    file: str,
    key: str,
    body: Any,
    author: str,
    now: dt.datetime,
    *,
    seen: Any | None,
    note: str = "",
) -> Revision:
    """Propose and publish in one step; `seen` is the body that the author started from.

    None stands for no entry: one that is new, or one that is to go.

    Raises ConflictError when somebody else was faster.
    """
    if find_body(session, file, key, lock=True) != seen:
        raise ConflictError("the entry has changed since it was opened")
    entry = None if body is None else check_entry(session, file, key, body)
    revision = _add_proposal(session, file, key, entry and entry.body, author, now, note)
    _decide(revision, RevisionState.PUBLISHED, author, now)
    if entry:
        store_entry(session, entry, now)
    else:
        remove_entry(session, file, key, now)
    return revision


def take_back(session: Session, revision: Revision, by: str, now: dt.datetime) -> Revision:
    """Bring the entry back to what it was before a published revision, as a revision of its own.

    Later changes of the same entry go too: the history shows them and each can be taken back in turn. Those of what
    topics list stay, since most of them are about other topics.
    """
    if revision.state is not RevisionState.PUBLISHED:
        raise ConflictError("this was never published")
    note = f"{_TAKES_BACK}{revision.id}"
    seen = find_body(session, revision.file, revision.key)
    body = find_outcome(revision, seen, back=True)
    return save(session, revision.file, revision.key, body, by, now, seen=seen, note=note)


def find_outcome(revision: Revision, there: Any, *, back: bool = False) -> Any:
    """Return what an entry that is `there` becomes when a revision is published, or taken back."""
    before: Any = revision.body if back else revision.previous
    after: Any = revision.previous if back else revision.body
    return merging_topics.carry_over(before, after, there) if revision.file == merging_topics.FILE else after


def find_taken_back(revision: Revision) -> int | None:
    """Return the number of the revision that this one takes back; None for one that takes none back."""
    number = (revision.note or "").removeprefix(_TAKES_BACK)
    return int(number) if number != revision.note and number.isdecimal() else None


def get_revision(session: Session, number: int) -> Revision:
    """Return a revision; raises NotFoundError."""
    revision = session.get(Revision, number)
    if revision is None:
        raise NotFoundError(f"there is no revision {number}")
    return revision


def list_revisions(session: Session, file: str, key: str) -> Sequence[Revision]:
    """Return the revisions of an entry, newest first."""
    query = select(Revision).where(Revision.file == file, Revision.key == key)
    return session.scalars(query.order_by(Revision.id.desc())).all()


def list_changes(session: Session, most: int, before: int | None = None) -> Sequence[Revision]:
    """Return the newest revisions of all entries, or those older than the one with this number."""
    query = select(Revision).order_by(Revision.id.desc()).limit(most)
    return session.scalars(query.where(Revision.id < before) if before else query).all()


def list_entry_proposals(session: Session, file: str, key: str) -> Sequence[Revision]:
    """Return what waits for a decision about one entry, oldest first."""
    waiting = select(Revision).where(Revision.state == RevisionState.PROPOSED)
    return session.scalars(waiting.where(Revision.file == file, Revision.key == key).order_by(Revision.id)).all()


def list_proposals(session: Session) -> Sequence[Revision]:
    """Return what waits for a decision, oldest first."""
    return session.scalars(select(Revision).where(Revision.state == RevisionState.PROPOSED).order_by(Revision.id)).all()


def list_decided(session: Session, author: str, most: int) -> Sequence[Revision]:
    """Return what became of the newest proposals of a person, those that they published themselves aside."""
    query = select(Revision).where(Revision.author == author, Revision.state != RevisionState.PROPOSED)
    others = query.where((Revision.decided_by != author) | (Revision.state == RevisionState.REJECTED))
    return session.scalars(others.order_by(Revision.decided_at.desc(), Revision.id.desc()).limit(most)).all()


def _add_proposal(
    session: Session, file: str, key: str, body: Any | None, author: str, now: dt.datetime, note: str
) -> Revision:
    revision = Revision(
        file=file,
        key=key,
        body=body,
        previous=find_body(session, file, key),
        author=author,
        created_at=now,
        state=RevisionState.PROPOSED,
        note=note or None,
    )
    session.add(revision)
    session.flush()
    return revision


def _decide(revision: Revision, state: RevisionState, by: str, now: dt.datetime) -> None:
    if revision.state is not RevisionState.PROPOSED:
        raise ConflictError("this was decided already")
    revision.state, revision.decided_by, revision.decided_at = state, by, now
