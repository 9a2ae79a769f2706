"""Who works on which question: claims of thirty minutes, drafts that outlive them, the second pair of eyes."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from bot.errors import ConflictError, NotFoundError
from bot.messages.content import Content
from bot.models import Account, ReviewItem
from bot.services.reviewing import (
    FIRST_CHANCE,
    MAX_ANSWER,
    answer_in_own_words,
    change_status,
    check_care,
    check_length,
)
from bot.services.signing_in import Person
from bot.states import ItemKind, ReviewStatus, Role
from bot.vault import Vault

CLAIM = dt.timedelta(minutes=30)
FIRST_ANSWERS = 10


@dataclass(frozen=True)
class Draft:
    """What somebody wrote so far.

    Attributes:
        note: what the second pair of eyes wants to be different.
    """

    author: str = ""
    text: str = ""
    note: str = ""


def is_paused(account: Account | Person, now: dt.datetime) -> bool:
    """Tell whether the person wants to see no questions for now."""
    return account.paused_until is not None and account.paused_until > now


def is_experienced(account: Account) -> bool:
    """Tell whether the person's own words need no second pair of eyes, and theirs may be one."""
    return account.role is not Role.VOLUNTEER or account.own_answers >= FIRST_ANSWERS


def trust(account: Account, *, practised: bool = True) -> None:
    """Count a person as experienced whose practice somebody vouches for, or let them begin anew."""
    if practised:
        account.own_answers = FIRST_ANSWERS
    elif is_experienced(account):
        account.own_answers = 0


def may_read(account: Account, item: ReviewItem) -> bool:
    """Tell whether an item is for this person: volunteers see questions in their languages, others everything."""
    if account.role is not Role.VOLUNTEER:
        return True
    return item.kind is ItemKind.QUESTION and item.language in account.languages


def get_item(session: Session, number: int, account: Account) -> ReviewItem:
    """Return an open item that the person may read; raises NotFoundError."""
    item = session.get(ReviewItem, number)
    if item is None or item.resolved_at is not None or not may_read(account, item):
        raise NotFoundError(f"there is no open question {number}")
    return item


def is_free(account: Account, now: dt.datetime) -> ColumnElement[bool]:
    """Return the condition that nobody else holds an item."""
    return or_(
        ReviewItem.claimed_until.is_(None), ReviewItem.claimed_until <= now, ReviewItem.claimed_by == account.name
    )


def may_decide(account: Account) -> ColumnElement[bool]:
    """Return the condition that an item is no proposal, or one that this person may decide."""
    others = ReviewItem.proposed_by != account.name
    return ReviewItem.proposed_by.is_(None) | others if is_experienced(account) else ReviewItem.proposed_by.is_(None)


def claim_item(session: Session, number: int, account: Account, now: dt.datetime) -> ReviewItem:
    """Give an item to a person for thirty minutes, again if they hold it, and return it.

    Of two who come at once exactly one gets it: raises ConflictError for the other, NotFoundError when the item is
    closed or not for this person.
    """
    held_before = get_item(session, number, account).claimed_by
    taken = session.execute(
        update(ReviewItem)
        .where(ReviewItem.id == number, ReviewItem.resolved_at.is_(None), is_free(account, now), may_decide(account))
        .values(claimed_by=account.name, claimed_until=now + CLAIM)
        .execution_options(synchronize_session=False)
    )
    item = session.get(ReviewItem, number, populate_existing=True)
    if item is None or item.resolved_at is not None:
        raise NotFoundError(f"there is no open question {number}")
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise ConflictError("somebody else has this question")
    if item.status is not ReviewStatus.CLAIMED or held_before != account.name:
        change_status(session, item, ReviewStatus.CLAIMED, account.name, now)
    return item


def release_item(session: Session, item: ReviewItem, account: Account, now: dt.datetime) -> None:
    """Give a claimed item back; its draft stays."""
    item.claimed_by = item.claimed_until = None
    change_status(session, item, ReviewStatus.PENDING, account.name, now)


def release_all(session: Session, account: Account, now: dt.datetime) -> None:
    """Give back all that a person holds; drafts stay."""
    held = select(ReviewItem).where(ReviewItem.claimed_by == account.name, ReviewItem.claimed_until > now)
    for item in session.scalars(held.where(ReviewItem.resolved_at.is_(None)).with_for_update()).all():
        release_item(session, item, account, now)


def hand_on(session: Session, item: ReviewItem, account: Account, now: dt.datetime) -> None:
    """Give a claimed item to the others: it is not shown to this person any more."""
    item.skipped_by = sorted({*item.skipped_by, account.id})
    release_item(session, item, account, now)


def keep_draft(item: ReviewItem, text: str, account: Account, vault: Vault) -> None:
    """Keep what a person wrote so far; an empty text takes it away. Raises ReviewError for one that is too long."""
    if text:
        check_length(text, MAX_ANSWER)
    note = read_draft(item, vault).note
    item.sealed_draft = _seal(Draft(account.name, text, note), vault) if text else None


def read_draft(item: ReviewItem, vault: Vault) -> Draft:
    """Return what was written so far."""
    return Draft(**vault.open(item.sealed_draft)) if item.sealed_draft else Draft()


def write_answer(
    session: Session, item: ReviewItem, text: str, content: Content, account: Account, vault: Vault, now: dt.datetime
) -> bool:
    """Resolve a claimed item in own words, or let them wait for a second pair of eyes; return whether they wait.

    Raises ReviewError as `answer_in_own_words` does.
    """
    if is_experienced(account):
        answer_in_own_words(session, item, text, content, account.name, vault, now)
        _count_answer(session, item.claimed_by)
        return False
    check_care(item, content)
    check_length(text, MAX_ANSWER)
    item.sealed_draft = _seal(Draft(account.name, text.strip()), vault)
    item.proposed_by = account.name
    release_item(session, item, account, now)
    return True


def send_back(session: Session, item: ReviewItem, note: str, account: Account, vault: Vault, now: dt.datetime) -> None:
    """Give a proposal back to its author, who is shown it first, with a word on what to change."""
    author, draft = item.proposed_by, read_draft(item, vault)
    if author is None:
        raise NotFoundError("there is no proposal")
    item.sealed_draft = _seal(Draft(author, draft.text, note), vault)
    item.proposed_by, item.claimed_by, item.claimed_until = None, author, now + FIRST_CHANCE
    change_status(session, item, ReviewStatus.PENDING, account.name, now)


def _count_answer(session: Session, author: str | None) -> None:
    """Count an answer in own words for who wrote it."""
    session.execute(update(Account).where(Account.name == author).values(own_answers=Account.own_answers + 1))


def _seal(draft: Draft, vault: Vault) -> bytes:
    return vault.seal({"author": draft.author, "text": draft.text, "note": draft.note})
