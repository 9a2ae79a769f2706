"""Questions that people release for volunteers. The status changes here and nowhere else."""

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.models import Account, ReviewItem, ReviewLog
from bot.states import ReviewStatus
from bot.vault import Vault


def has_reviewers(session: Session) -> bool:
    """Tell whether anybody is registered who would read a question."""
    return bool(session.scalar(select(func.count()).select_from(Account).where(Account.active)))


def add_item(
    session: Session,
    chat_key: str,
    language: str,
    question: str,
    topics: tuple[str, ...],
    vault: Vault,
    now: dt.datetime,
) -> ReviewItem:
    """Store a question, already redacted, and return its item."""
    item = ReviewItem(
        chat_key=chat_key,
        language=language,
        sealed_question=vault.seal(question),
        nearest_topics=list(topics),
        status=ReviewStatus.PENDING,
        created_at=now,
    )
    session.add(item)
    session.flush()
    _log(session, item, "asker", now)
    return item


def change_status(session: Session, item: ReviewItem, status: ReviewStatus, actor: str, now: dt.datetime) -> None:
    """Change an item's status and write the log row that says who did it."""
    item.status = status
    _log(session, item, actor, now)


def _log(session: Session, item: ReviewItem, actor: str, now: dt.datetime) -> None:
    session.add(ReviewLog(item_id=item.id, status=item.status, actor=actor, at=now))
