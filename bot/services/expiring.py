"""Retention: what is no longer needed goes. docs/privacy.md lists the same times."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import CursorResult, delete, func, update
from sqlalchemy.orm import Session

from bot.models import Chat, ChatSession, DeskLink, DeskSession, InboxRow, Notice, OutboxRow, PutAway, ReviewItem
from bot.services.signing_in import IDLE, LONGEST
from bot.services.telling_askers import SILENT
from bot.states import ItemKind, JobState, ReviewStatus

INBOX = dt.timedelta(days=2)  # Telegram repeats an update for 24 hours at most
PARKED = dt.timedelta(days=7)
SILENT_CHAT = dt.timedelta(days=365)
CLOSED_ITEM = dt.timedelta(days=30)
OPEN_ITEM = dt.timedelta(days=90)
ENDED_NOTICE = dt.timedelta(days=90)


@dataclass(frozen=True)
class Expired:
    """How many rows went, per table."""

    sessions: int
    statuses: int
    inbox: int
    parked: int
    chats: int
    items: int
    desk: int  # sessions, links, tasks put away
    notices: int


def expire(session: Session, now: dt.datetime) -> Expired:
    """Delete what is past its time and return how much that was."""

    def rows(statement: object) -> int:
        result = session.execute(statement)  # type: ignore[call-overload]
        return result.rowcount if isinstance(result, CursorResult) else 0

    closed = ReviewItem.status.in_([ReviewStatus.RESOLVED, ReviewStatus.DISMISSED])
    # Who is told in the morning must not lose the answer by night.
    told = ReviewItem.told_at.is_not(None) | ReviewItem.resolution.in_(SILENT) | (ReviewItem.kind != ItemKind.QUESTION)
    done = closed & (told | ReviewItem.resolution.is_(None))
    closed_at = func.coalesce(ReviewItem.resolved_at, ReviewItem.created_at)
    overdue = (done & (closed_at < now - CLOSED_ITEM)) | (
        (done | ReviewItem.resolved_at.is_(None)) & (ReviewItem.created_at < now - OPEN_ITEM)
    )
    over = (DeskSession.seen_at <= now - IDLE) | (DeskSession.created_at <= now - LONGEST)
    forgotten = {"residence_group": None, "group_until": None}
    return Expired(
        statuses=rows(update(ChatSession).where(ChatSession.group_until <= now).values(forgotten)),
        sessions=rows(delete(ChatSession).where(ChatSession.expires_at <= now)),
        inbox=rows(delete(InboxRow).where(InboxRow.state == JobState.DONE, InboxRow.finished_at < now - INBOX)),
        parked=sum(
            rows(delete(table).where(table.state == JobState.PARKED, table.finished_at < now - PARKED))
            for table in (InboxRow, OutboxRow)
        ),
        chats=rows(delete(Chat).where(Chat.last_day < (now - SILENT_CHAT).date())),
        items=rows(delete(ReviewItem).where(overdue)),
        desk=rows(delete(DeskSession).where(over))
        + rows(delete(DeskLink).where(DeskLink.expires_at <= now))
        + rows(delete(PutAway).where(PutAway.until <= now.date())),
        notices=rows(delete(Notice).where(Notice.ends_at < now - ENDED_NOTICE)),
    )
