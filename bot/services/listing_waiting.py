"""The questions that wait for a person, those that are like one another together."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from bot.models import Account, ReviewItem
from bot.services.claiming_items import is_free, is_paused, may_decide
from bot.states import ItemKind, Role

_GROUPS, _ROWS = 20, 40
_ROUNDS = 3
_ALIKE = 10
_COUNTED = 1000


@dataclass(frozen=True)
class Waiting:
    """Questions that are like one another.

    Attributes:
        item: the oldest of them that the person may work on; one that somebody else holds where there is none.
        count: how many are open, in all languages, without those that the person may not decide.
        languages: in which they are asked.
    """

    item: ReviewItem
    count: int
    languages: tuple[str, ...]


def list_waiting(
    session: Session, account: Account, now: dt.datetime, languages: Collection[str] = ()
) -> list[Waiting]:
    """Return what waits for a person, what they began first, then the oldest; nothing during a pause.

    Of each cluster one item stands for all. `languages` narrows the person's own.
    """
    if is_paused(account, now):
        return []
    tags = [tag for tag in account.languages if not languages or tag in languages]
    shown: dict[int, ReviewItem] = {}
    for item in _list_begun(session, account):
        if item.language in tags:
            _stand_for(shown, item, account, now)
    # A flood of one question must not hide the others: what was found is left out of the next look.
    # Nor must what the person handed on.
    passed: set[int] = set()
    for _ in range(_ROUNDS):
        new = func.coalesce(ReviewItem.cluster, ReviewItem.id).not_in(shown) & ReviewItem.id.not_in(passed)
        found = [item for tag in tags for item in session.scalars(_wait_in(tag, account).where(new).limit(_ROWS))]
        for item in sorted(found, key=lambda item: item.id):
            if account.id in item.skipped_by:
                passed.add(item.id)
            else:
                _stand_for(shown, item, account, now)
        if not found or len(shown) >= _GROUPS:
            break
    items = list(shown.values())[:_GROUPS]
    _load_messages(session, items)
    return _count_alike(session, account, items)


def find_next(session: Session, account: Account, now: dt.datetime, languages: Collection[str] = ()) -> int | None:
    """Return the number of the item that the person is to work on next, which nobody else holds; or None."""
    waiting = (entry.item for entry in list_waiting(session, account, now, languages))
    return next((item.id for item in waiting if not find_holder(item, account, now)), None)


def count_waiting(session: Session, account: Account, now: dt.datetime) -> int:
    """Return how many items the list offers a person, a thousand at most; none during a pause."""
    if is_paused(account, now):
        return 0
    rows = _wait(account).where(ReviewItem.language.in_(account.languages), is_free(account, now)).limit(_COUNTED)
    return sum(account.id not in skipped for skipped in session.scalars(rows.with_only_columns(ReviewItem.skipped_by)))


def list_proposed(session: Session, account: Account) -> Sequence[ReviewItem]:
    """Return the items whose answer by this person waits for a second pair of eyes, the oldest twenty."""
    query = select(ReviewItem).where(ReviewItem.resolved_at.is_(None), ReviewItem.proposed_by == account.name)
    return session.scalars(query.order_by(ReviewItem.id).limit(_GROUPS)).all()


def find_holder(item: ReviewItem, account: Account, now: dt.datetime) -> str | None:
    """Return who else holds an item now, or None."""
    held = item.claimed_until is not None and item.claimed_until > now
    return item.claimed_by if held and item.claimed_by != account.name else None


def list_alike(session: Session, item: ReviewItem, account: Account, now: dt.datetime) -> Sequence[ReviewItem]:
    """Return the open questions that are like this one, in its language, that nobody holds: the oldest ten."""
    query = _wait(account).where(
        ReviewItem.cluster == item.cluster,
        ReviewItem.language == item.language,
        ReviewItem.id != item.id,
        ReviewItem.proposed_by.is_(None),
        ReviewItem.kind == ItemKind.QUESTION,
        is_free(account, now),
    )
    return session.scalars(query.order_by(ReviewItem.id).limit(_ALIKE)).all()


def _stand_for(shown: dict[int, ReviewItem], item: ReviewItem, account: Account, now: dt.datetime) -> None:
    """Let an item stand for its cluster: the first one does, unless somebody else holds it and this one is free."""
    first = shown.setdefault(item.cluster or item.id, item)
    if find_holder(first, account, now) and not find_holder(item, account, now):
        shown[item.cluster or item.id] = item


def _list_begun(session: Session, account: Account) -> Sequence[ReviewItem]:
    """Return what the person holds, is shown first, or wrote a draft on; the longest claim first."""
    query = _wait(account).where(
        ReviewItem.claimed_by == account.name,
        or_(ReviewItem.claimed_until.is_not(None), ReviewItem.sealed_draft.is_not(None)),
    )
    return session.scalars(query.order_by(ReviewItem.claimed_until.desc(), ReviewItem.id).limit(_GROUPS)).all()


def _wait_in(language: str, account: Account) -> Select[tuple[ReviewItem]]:
    """Return the query for one language: the index holds what is open in it by number."""
    return _wait(account).where(ReviewItem.language == language).order_by(ReviewItem.id)


def _wait(account: Account) -> Select[tuple[ReviewItem]]:
    query = select(ReviewItem).where(ReviewItem.resolved_at.is_(None), may_decide(account))
    # Whoever mends answers is shown the unhelpful ones.
    return query.where(ReviewItem.kind == ItemKind.QUESTION) if account.role is Role.VOLUNTEER else query


def _load_messages(session: Session, items: Sequence[ReviewItem]) -> None:
    """Load what was written since to all items at once: a page asks each of them."""
    query = select(ReviewItem).where(ReviewItem.id.in_([item.id for item in items]))
    session.scalars(query.options(selectinload(ReviewItem.messages))).all()


def _count_alike(session: Session, account: Account, items: Sequence[ReviewItem]) -> list[Waiting]:
    query = (
        select(ReviewItem.cluster, ReviewItem.language, func.count())
        .where(
            ReviewItem.resolved_at.is_(None),
            may_decide(account),
            ReviewItem.cluster.in_([item.cluster for item in items]),
        )
        .group_by(ReviewItem.cluster, ReviewItem.language)
    )
    counts: dict[int | None, dict[str, int]] = {}
    for cluster, language, count in session.execute(query):
        counts.setdefault(cluster, {})[language] = count
    waiting = []
    for item in items:
        alike = counts.get(item.cluster, {item.language: item.count})
        waiting.append(Waiting(item, sum(alike.values()), tuple(alike)))
    return waiting
