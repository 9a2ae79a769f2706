"""Retention: what is no longer needed goes. docs/privacy.md lists the same times."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.orm import Session

from bot.models import Chat, ChatSession, InboxRow, OutboxRow, ReviewItem
from bot.states import JobState, ReviewStatus

INBOX = dt.timedelta(days=2)  # Telegram repeats an update for 24 hours at most
PARKED = dt.timedelta(days=7)
SILENT_CHAT = dt.timedelta(days=365)
CLOSED_ITEM = dt.timedelta(days=30)
OPEN_ITEM = dt.timedelta(days=90)


@dataclass(frozen=True)
class Expired:
    """How many rows went, per table."""

    sessions: int
    statuses: int
    inbox: int
    parked: int
    chats: int
    items: int


def expire(session: Session, now: dt.datetime) -> Expired:
    """Delete what is past its time and return how much that was."""

    def rows(statement: object) -> int:
        result = session.execute(statement)  # type: ignore[call-overload]
        return result.rowcount if isinstance(result, CursorResult) else 0

    closed = ReviewItem.status.in_([ReviewStatus.RESOLVED, ReviewStatus.DISMISSED])
    overdue = (closed & (ReviewItem.created_at < now - CLOSED_ITEM)) | (ReviewItem.created_at < now - OPEN_ITEM)
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
    )
