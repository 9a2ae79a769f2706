"""Tells volunteers that there is something to read: where, how much and in which languages, never what.

The hour is for whoever calls: messages of our own accord go out by day only.
"""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.i18n import get_strings
from bot.models import Account, BotState, ReviewItem, ReviewMessage
from bot.ports.queue import Queue
from bot.services.managing_accounts import find_account
from bot.services.messaging_accounts import write_to_account, write_to_chat
from bot.services.reviewing import ASKER
from bot.states import ItemKind, ReviewStatus
from bot.vault import Vault

PAUSE = dt.timedelta(hours=1)


def announce_questions(
    session: Session, group: int, outbox: Queue, vault: Vault, now: dt.datetime, desk_url: str
) -> bool:
    """Tell the volunteers' group of the questions that came since it was last told, and return whether there are any.

    It is told once an hour at most; a question that came in between waits for the next time.
    """
    state = session.scalars(select(BotState).with_for_update()).one()
    last = state.announced_at
    if last is not None and now - last < PAUSE:
        return False
    counts = _count_new(session, last)
    if not counts:
        return False
    state.announced_at = now
    write_to_chat(session, group, outbox, vault, _describe(counts, desk_url))
    return True


def announce_replies(session: Session, outbox: Queue, vault: Vault, now: dt.datetime, desk_url: str) -> int:
    """Tell volunteers in their own chats that a person replied to them, each reply once; return how many replies.

    Who has no chat connected finds the reply at the desk; what somebody works on already needs no word.
    """
    query = select(ReviewMessage, ReviewItem).join(ReviewItem, ReviewItem.id == ReviewMessage.item_id)
    # A claim that has ended leaves its item CLAIMED until somebody opens it.
    lapsed = ReviewItem.resolved_at.is_(None) & (ReviewItem.claimed_until.is_(None) | (ReviewItem.claimed_until <= now))
    idle = (ReviewItem.status == ReviewStatus.PENDING) | lapsed
    untold = ReviewMessage.author == ASKER, ReviewMessage.told_at.is_(None), idle
    rows = session.execute(query.where(*untold).order_by(ReviewMessage.id)).all()
    for message, _ in rows:
        message.told_at = now
    for item in {item.id: item for _, item in rows}.values():
        if account := _find_volunteer(session, item):
            address = f"{desk_url}/review/{item.id}"
            text = (
                "Somebody whose question you answered has written again.\n"
                f"Jemand, dessen Frage Sie beantwortet haben, hat wieder geschrieben.\n\n{address}"
            )
            write_to_account(session, account, outbox, vault, text)
    return len(rows)


def _find_volunteer(session: Session, item: ReviewItem) -> Account | None:
    return find_account(session, item.claimed_by) if item.claimed_by else None


def _count_new(session: Session, since: dt.datetime | None) -> Mapping[str, int]:
    """Return how many questions of each language came since then and wait; replies are not counted."""
    query = select(ReviewItem.language, func.count()).where(
        ReviewItem.status == ReviewStatus.PENDING,
        ReviewItem.kind == ItemKind.QUESTION,
        ~select(ReviewMessage.id).where(ReviewMessage.item_id == ReviewItem.id).exists(),
    )
    if since is not None:
        query = query.where(ReviewItem.created_at > since)
    query = query.group_by(ReviewItem.language).order_by(func.count().desc(), ReviewItem.language)
    return dict(session.execute(query).tuples().all())


def _describe(counts: Mapping[str, int], desk_url: str) -> str:
    total = sum(counts.values())
    english, german = (
        ", ".join(f"{get_strings(tag).language_name(language)} {count}" for language, count in counts.items())
        for tag in ("en", "de")
    )
    return (
        f"{'New question' if total == 1 else 'New questions'} at the desk: {english}.\n"
        f"{'Neue Frage' if total == 1 else 'Neue Fragen'} am Arbeitsplatz: {german}.\n\n{desk_url}/review"
    )
