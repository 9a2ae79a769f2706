"""Notices: sentences that the bot says for a while above an answer, or in place of all answers."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from bot.errors import ContentError, NotFoundError
from bot.languages import SOURCE
from bot.messages.conversation import ActiveNotice
from bot.models import Notice
from bot.services.sharing_state import raise_content_version

LONGEST = 300


class Mistake(StrEnum):
    """Why a notice cannot be put up as it is."""

    NO_GERMAN = "no_german"
    TOO_LONG = "too_long"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    OVER = "over"


@dataclass(frozen=True)
class NoticeDraft:
    """A notice as somebody wrote it.

    Attributes:
        topic: None for all.
        texts: by language.
        ends_at: None until somebody ends it.
    """

    texts: Mapping[str, str]
    starts_at: dt.datetime
    ends_at: dt.datetime | None = None
    topic: str | None = None

    def find_mistakes(self, now: dt.datetime) -> tuple[Mistake, ...]:
        """Return what is to be mended before it can be put up."""
        found = {
            Mistake.NO_GERMAN: not self.texts.get(SOURCE),
            Mistake.TOO_LONG: any(len(text) > LONGEST for text in self.texts.values()),
            Mistake.ENDS_BEFORE_IT_BEGINS: self.ends_at is not None and self.ends_at <= self.starts_at,
            Mistake.OVER: self.ends_at is not None and self.ends_at <= now,
        }
        return tuple(mistake for mistake, there in found.items() if there)


def put_up_notice(session: Session, draft: NoticeDraft, author: str, now: dt.datetime) -> Notice:
    """Store a notice and let running bots load it; raises ContentError for a draft with mistakes."""
    return _store(session, draft, author, now, pauses=False)


def change_notice(session: Session, notice: Notice, draft: NoticeDraft, author: str, now: dt.datetime) -> None:
    """Put a draft in place of a notice; raises ContentError for a draft with mistakes."""
    _check(draft, now)
    notice.topic, notice.texts, notice.author = draft.topic, dict(draft.texts), author
    notice.starts_at, notice.ends_at = draft.starts_at, draft.ends_at
    raise_content_version(session)


def end_notice(session: Session, notice: Notice, now: dt.datetime) -> None:
    """Take a notice down; one that has not begun is deleted, one that is over stays as it is."""
    if notice.starts_at > now:
        session.delete(notice)
    elif notice.ends_at is None or notice.ends_at > now:
        notice.ends_at = now
    raise_content_version(session)


def pause_bot(session: Session, texts: Mapping[str, str], author: str, now: dt.datetime) -> Notice:
    """Let the bot say one sentence and nothing else; an earlier pause ends. Raises ContentError for no German."""
    draft = NoticeDraft(texts, now)
    _check(draft, now)
    resume_bot(session, now)
    return _store(session, draft, author, now, pauses=True)


def resume_bot(session: Session, now: dt.datetime) -> None:
    """Let the bot answer again."""
    for notice in session.scalars(_unended(now).where(Notice.pauses)):
        end_notice(session, notice, now)


def find_pause(session: Session, now: dt.datetime) -> Notice | None:
    """Return what the bot says in place of everything; None while it answers."""
    return session.scalar(_unended(now).where(Notice.pauses, Notice.starts_at <= now).order_by(Notice.id.desc()))


def list_active(session: Session, now: dt.datetime) -> tuple[ActiveNotice, ...]:
    """Return what a running bot has to know: what holds now, and what will, since it looks at its own clock."""
    return tuple(
        ActiveNotice(row.topic, row.pauses, row.texts, row.starts_at, row.ends_at)
        for row in session.scalars(_unended(now).order_by(Notice.starts_at, Notice.id))
    )


def list_notices(session: Session) -> Sequence[Notice]:
    """Return all notices but the pauses, newest first."""
    return session.scalars(select(Notice).where(~Notice.pauses).order_by(Notice.id.desc())).all()


def get_notice(session: Session, number: int) -> Notice:
    """Return a notice; raises NotFoundError."""
    notice = session.get(Notice, number)
    if notice is None or notice.pauses:
        raise NotFoundError(f"there is no notice {number}")
    return notice


def _store(session: Session, draft: NoticeDraft, author: str, now: dt.datetime, *, pauses: bool) -> Notice:
    _check(draft, now)
    notice = Notice(
        topic=draft.topic,
        pauses=pauses,
        texts=dict(draft.texts),
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        author=author,
        created_at=now,
    )
    session.add(notice)
    session.flush()
    raise_content_version(session)
    return notice


def _check(draft: NoticeDraft, now: dt.datetime) -> None:
    if mistakes := draft.find_mistakes(now):
        raise ContentError(f"this notice cannot be put up: {', '.join(mistakes)}")


def _unended(now: dt.datetime) -> Select[tuple[Notice]]:
    return select(Notice).where(or_(Notice.ends_at.is_(None), Notice.ends_at > now))
