"""Questions that are stuck: nobody who could take them is left, or nobody has for three days."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Account, ReviewItem
from bot.services.claiming_items import is_experienced
from bot.services.telling_askers import PATIENCE
from bot.states import ItemKind, ReviewStatus, Role

_MOST = 10
_LOOKED_AT = 1000


class Reason(StrEnum):
    """Why a question is stuck."""

    NO_READER = "no_reader"  # nobody at the desk reads its language
    HANDED_ON = "handed_on"  # everybody who reads its language handed it on
    NO_SECOND_READER = "no_second_reader"  # its answer waits, and nobody with practice reads its language
    WAITING = "waiting"  # nobody has taken it for three days


@dataclass(frozen=True)
class Stuck:
    """A question that is stuck, since when it waits, and why."""

    number: int
    language: str
    since: dt.datetime
    reason: Reason


def find_stuck(session: Session, now: dt.datetime) -> list[Stuck]:
    """Return the questions that are stuck, the oldest ten."""
    readers = session.scalars(select(Account).where(Account.active, Account.role != Role.TRANSLATOR)).all()
    stuck = (
        Stuck(item.id, item.language, item.created_at, reason)
        for item in _list_idle(session, now)
        if (reason := _find_reason(item, readers, now))
    )
    return list(islice(stuck, _MOST))


def _list_idle(session: Session, now: dt.datetime) -> Iterable[ReviewItem]:
    """Return the open questions that nobody works on now, the oldest ones."""
    query = select(ReviewItem).where(
        ReviewItem.resolved_at.is_(None),
        ReviewItem.kind == ItemKind.QUESTION,
        (ReviewItem.status == ReviewStatus.PENDING) | (ReviewItem.claimed_until <= now),
    )
    return session.scalars(query.order_by(ReviewItem.id).limit(_LOOKED_AT))


def _find_reason(item: ReviewItem, readers: Sequence[Account], now: dt.datetime) -> Reason | None:
    able = [reader for reader in readers if item.language in reader.languages]
    willing = [reader for reader in able if reader.id not in item.skipped_by]
    if not able:
        return Reason.NO_READER
    if not willing:
        return Reason.HANDED_ON
    if item.proposed_by and not any(is_experienced(r) and r.name != item.proposed_by for r in willing):
        return Reason.NO_SECOND_READER
    return Reason.WAITING if item.created_at <= now - PATIENCE else None
