"""Questions that people release for volunteers. The status changes here and nowhere else."""

import datetime as dt
from collections.abc import Collection, Sequence
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import NotFoundError, ReviewError
from bot.messages.content import Content
from bot.models import Account, ReviewItem, ReviewLog
from bot.states import Care, Resolution, ReviewStatus
from bot.vault import Vault

OPEN = (ReviewStatus.PENDING, ReviewStatus.CLAIMED)
# Fewer answers say nothing about how long the next one takes.
ENOUGH_ANSWERS = 5
MAX_ANSWER = 3000
_STATUS = {Resolution.UNCLEAR: ReviewStatus.DISMISSED, Resolution.SPAM: ReviewStatus.DISMISSED}


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


def list_open(session: Session, languages: Collection[str] = ()) -> Sequence[ReviewItem]:
    """Return the open questions, oldest first; all languages, or those named."""
    query = select(ReviewItem).where(ReviewItem.status.in_(OPEN)).order_by(ReviewItem.created_at, ReviewItem.id)
    return session.scalars(query.where(ReviewItem.language.in_(languages)) if languages else query).all()


def get_open(session: Session, number: int) -> ReviewItem:
    """Return an open question; raises NotFoundError when there is none with this number."""
    item = session.get(ReviewItem, number)
    if item is None or item.status not in OPEN:
        raise NotFoundError(f"there is no open question {number}; `bot review list` shows them")
    return item


def find_care(item: ReviewItem, content: Content) -> set[Care]:
    """Return the care that the topics near a question take: with any, volunteers write no text of their own."""
    return {care for topic in item.nearest_topics if topic in content.topics and (care := content.topics[topic].care)}


def answer_in_own_words(
    session: Session, item: ReviewItem, text: str, content: Content, actor: str, vault: Vault, now: dt.datetime
) -> None:
    """Resolve a question with a volunteer's own words; raises ReviewError where care forbids it, or for no text."""
    if find_care(item, content):
        raise ReviewError(
            "this question is near a legal or medical topic: answer with a topic or refer the person to a place"
        )
    if not text.strip() or len(text) > MAX_ANSWER:
        raise ReviewError(f"an answer has 1 to {MAX_ANSWER} characters")
    _resolve(session, item, Resolution.ANSWER, vault.seal(text.strip()), actor, now)


def answer_with_topic(
    session: Session, item: ReviewItem, topic: str, content: Content, actor: str, vault: Vault, now: dt.datetime
) -> None:
    """Resolve a question with the answer of a topic; raises NotFoundError for an unknown one."""
    if topic not in content.topics or topic in content.conversation:
        raise NotFoundError(f"there is no topic {topic}")
    _resolve(session, item, Resolution.TOPIC, vault.seal(topic), actor, now)


def refer_to_place(
    session: Session, item: ReviewItem, place: str, content: Content, actor: str, vault: Vault, now: dt.datetime
) -> None:
    """Resolve a question with a place that helps; raises NotFoundError when there is none, or none to be reached."""
    known = content.places.get(place)
    if known is None or not known.reachable:
        raise NotFoundError(f"there is no place {place} that people can reach")
    _resolve(session, item, Resolution.REFERRAL, vault.seal(place), actor, now)


def dismiss(session: Session, item: ReviewItem, reason: Resolution, actor: str, now: dt.datetime) -> None:
    """Close a question without an answer, for a reason that is one: unclear or spam."""
    if reason not in _STATUS:
        raise ReviewError("a question is dismissed as unclear or as spam")
    _resolve(session, item, reason, None, actor, now)


def measure_usual_wait(session: Session) -> dt.timedelta | None:
    """Return the median time from a question to its resolution, of those still stored; None for too few."""
    query = select(ReviewItem.created_at, ReviewItem.resolved_at).where(ReviewItem.status == ReviewStatus.RESOLVED)
    waits = [resolved - created for created, resolved in session.execute(query) if resolved]
    return median(waits) if len(waits) >= ENOUGH_ANSWERS else None


def change_status(session: Session, item: ReviewItem, status: ReviewStatus, actor: str, now: dt.datetime) -> None:
    """Change an item's status and write the log row that says who did it."""
    item.status = status
    _log(session, item, actor, now)


def _resolve(
    session: Session, item: ReviewItem, resolution: Resolution, reply: bytes | None, actor: str, now: dt.datetime
) -> None:
    item.resolution, item.sealed_reply, item.resolved_at = resolution, reply, now
    change_status(session, item, _STATUS.get(resolution, ReviewStatus.RESOLVED), actor, now)


def _log(session: Session, item: ReviewItem, actor: str, now: dt.datetime) -> None:
    session.add(ReviewLog(item_id=item.id, status=item.status, actor=actor, at=now))
