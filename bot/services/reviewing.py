"""Questions that people release for volunteers. The status changes here and nowhere else."""

import datetime as dt
from collections.abc import Collection, Sequence
from statistics import median

from sqlalchemy import func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.errors import NotFoundError, ReviewError
from bot.i18n import get_strings
from bot.messages.content import Content
from bot.models import Account, ReviewItem, ReviewLog, ReviewMessage
from bot.models.review_item import ONE_UNHELPFUL
from bot.services.grouping_questions import find_cluster
from bot.services.text_blocks import list_text_blocks
from bot.states import Care, ItemKind, Resolution, ReviewStatus, Role
from bot.vault import Vault

OPEN = (ReviewStatus.PENDING, ReviewStatus.CLAIMED)
# Fewer answers say nothing about how long the next one takes.
ENOUGH_ANSWERS = 5
_RECENT = 200
MAX_ANSWER = 3000
MAX_NOTE = 1000
# Whoever answered is the first to be shown the reply; after a day everybody is.
FIRST_CHANCE = dt.timedelta(hours=24)
ASKER = "asker"
_DISMISSED = frozenset({Resolution.UNCLEAR, Resolution.SPAM, Resolution.WITHDRAWN, Resolution.NOTED})
_REASONS = frozenset({Resolution.UNCLEAR, Resolution.SPAM})
# What a person may still reply to, once told.
_CONVERSATIONS = frozenset(Resolution) - {Resolution.SPAM, Resolution.WITHDRAWN, Resolution.NOTED}


def has_reviewers(session: Session) -> bool:
    """Tell whether anybody is registered who would read a question."""
    reads = Account.active & (Account.role != Role.TRANSLATOR)
    return bool(session.scalar(select(func.count()).select_from(Account).where(reads)))


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
        topic=topics[0] if topics else "",
        status=ReviewStatus.PENDING,
        created_at=now,
    )
    session.add(item)
    session.flush()
    item.cluster = find_cluster(session, item, question, vault)
    _log(session, item, ASKER, now)
    return item


def note_unhelpful(session: Session, topic: str, language: str, now: dt.datetime) -> None:
    """Make the one open item of an answer that people marked as unhelpful, or count one more on it."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {
        "kind": ItemKind.UNHELPFUL,
        "chat_key": "",
        "sealed_question": b"",
        "language": language,
        "topic": topic,
        "nearest_topics": [topic],
        "status": ReviewStatus.PENDING,
        "created_at": now,
    }
    session.execute(
        insert(ReviewItem)
        .values(values)
        .on_conflict_do_update(
            index_elements=["topic", "language"], index_where=ONE_UNHELPFUL, set_={"count": ReviewItem.count + 1}
        )
    )


def add_reply(
    session: Session, chat_key: str, text: str, vault: Vault, now: dt.datetime, *, number: int | None = None
) -> bool:
    """Add what an asker writes, already redacted, to their answered question: this one, or the last; False for none.

    An item that was closed opens again, and whoever answered is shown it first.
    """
    item = _find_answered(session, chat_key, number)
    if item is None:
        return False
    if item.told_at is not None:  # else the answer that waits for the morning goes out before it opens again
        _reopen(session, item, now)
    item.messages.append(ReviewMessage(author=ASKER, sealed_text=vault.seal(text), at=now))
    return True


def reopen_replied(session: Session, item: ReviewItem, now: dt.datetime) -> None:
    """Open an item again whose asker wrote between the resolution and being told of it."""
    if item.resolved_at is not None and any(message.at > item.resolved_at for message in item.messages):
        _reopen(session, item, now)


def withdraw_items(session: Session, chat_key: str, number: int | None, now: dt.datetime) -> int:
    """Close a person's question, or all of them, that they were told nothing about yet; return how many.

    Nothing is told; the question goes at once, and so does all that was written on it.
    """
    query = select(ReviewItem).where(
        ReviewItem.chat_key == chat_key,
        ReviewItem.kind == ItemKind.QUESTION,
        ReviewItem.told_at.is_(None),
        or_(ReviewItem.resolution.is_(None), ReviewItem.resolution != Resolution.WITHDRAWN),
    )
    if number is not None:
        query = query.where(ReviewItem.id == number)
    items = session.scalars(query.with_for_update()).all()
    for item in items:
        resolve(session, item, Resolution.WITHDRAWN, None, ASKER, now)
        item.sealed_question = b""
        item.messages.clear()
    return len(items)


def list_open(session: Session, languages: Collection[str] = ()) -> Sequence[ReviewItem]:
    """Return the open questions, oldest first; all languages, or those named."""
    query = select(ReviewItem).where(ReviewItem.status.in_(OPEN), ReviewItem.kind == ItemKind.QUESTION)
    query = query.order_by(ReviewItem.created_at, ReviewItem.id)
    return session.scalars(query.where(ReviewItem.language.in_(languages)) if languages else query).all()


def get_open(session: Session, number: int) -> ReviewItem:
    """Return an open question; raises NotFoundError when there is none with this number."""
    # Of two who resolve it at once, the second finds it closed.
    item = session.get(ReviewItem, number, with_for_update=True)
    if item is None or item.status not in OPEN:
        raise NotFoundError(f"there is no open question {number}; `bot review list` shows them")
    return item


def find_closed(session: Session, number: int) -> ReviewItem | None:
    """Return the closed item with this number, or None."""
    item = session.get(ReviewItem, number)
    return item if item is not None and item.resolved_at is not None else None


def find_care(item: ReviewItem, content: Content) -> set[Care]:
    """Return the care that the topics near a question take: with any, volunteers write no text of their own."""
    return {care for topic in item.nearest_topics if topic in content.topics and (care := content.topics[topic].care)}


def check_care(item: ReviewItem, content: Content) -> None:
    """Raise ReviewError when the question is near a topic on which volunteers write no text of their own."""
    if find_care(item, content):
        raise ReviewError(
            "this question is near a legal or medical topic: answer with a topic or refer the person to a place"
        )


def check_length(text: str, longest: int) -> None:
    """Raise ReviewError when a text is empty or too long."""
    if not text.strip() or len(text) > longest:
        raise ReviewError(f"a text has 1 to {longest} characters")


def answer_in_own_words(
    session: Session, item: ReviewItem, text: str, content: Content, actor: str, vault: Vault, now: dt.datetime
) -> None:
    """Resolve a question with a volunteer's own words; raises ReviewError where care forbids it, or for no text."""
    check_care(item, content)
    check_length(text, MAX_ANSWER)
    resolve(session, item, Resolution.ANSWER, vault.seal(text.strip()), actor, now)


def answer_with_block(
    session: Session, item: ReviewItem, block: str, actor: str, vault: Vault, now: dt.datetime
) -> None:
    """Resolve a question with a text block in the asker's language; raises NotFoundError for an unknown one."""
    text = list_text_blocks(get_strings(item.language)).get(block)
    if text is None:
        raise NotFoundError(f"there is no text block {block}")
    resolve(session, item, Resolution.ANSWER, vault.seal(text), actor, now)


def answer_with_topic(
    session: Session, item: ReviewItem, topic: str, content: Content, actor: str, vault: Vault, now: dt.datetime
) -> None:
    """Resolve a question with the answer of a topic; raises NotFoundError for an unknown one."""
    if topic not in content.city:
        raise NotFoundError(f"there is no topic {topic}")
    resolve(session, item, Resolution.TOPIC, vault.seal(topic), actor, now)


def refer_to_place(
    session: Session, item: ReviewItem, place: str, content: Content, actor: str, vault: Vault, now: dt.datetime
) -> None:
    """Resolve a question with a place that helps; raises NotFoundError when there is none, or none to be reached."""
    known = content.places.get(place)
    if known is None or not known.reachable:
        raise NotFoundError(f"there is no place {place} that people can reach")
    resolve(session, item, Resolution.REFERRAL, vault.seal(place), actor, now)


def want_topic(session: Session, item: ReviewItem, note: str, actor: str, vault: Vault, now: dt.datetime) -> None:
    """Resolve a question that needs a new topic, with a note for the editors; raises ReviewError for no note."""
    check_length(note, MAX_NOTE)
    resolve(session, item, Resolution.NEW_TOPIC, vault.seal(note.strip()), actor, now)


def escalate(session: Session, item: ReviewItem, actor: str, now: dt.datetime) -> None:
    """Resolve a question that speaks of danger: the asker gets the emergency numbers at any hour."""
    resolve(session, item, Resolution.ESCALATED, None, actor, now)


def dismiss(session: Session, item: ReviewItem, reason: Resolution, actor: str, now: dt.datetime) -> None:
    """Close a question without an answer, for a reason that is one: unclear or spam."""
    if reason not in _REASONS:
        raise ReviewError("a question is dismissed as unclear or as spam")
    resolve(session, item, reason, None, actor, now)


def note_looked_at(session: Session, item: ReviewItem, actor: str, now: dt.datetime) -> None:
    """Close an item of an unhelpful answer; raises NotFoundError for a question, which wants more than a look."""
    if item.kind is not ItemKind.UNHELPFUL:
        raise NotFoundError("this is a question")
    resolve(session, item, Resolution.NOTED, None, actor, now)


def list_wanted_topics(session: Session, limit: int = 50) -> Sequence[ReviewItem]:
    """Return the questions that need a new topic, newest first, as long as they are stored."""
    query = select(ReviewItem).where(ReviewItem.resolution == Resolution.NEW_TOPIC)
    return session.scalars(query.order_by(ReviewItem.id.desc()).limit(limit)).all()


def measure_usual_wait(session: Session) -> dt.timedelta | None:
    """Return the median time from a question to its resolution, of the newest; None for too few."""
    query = select(ReviewItem.created_at, ReviewItem.resolved_at).where(ReviewItem.status == ReviewStatus.RESOLVED)
    query = query.order_by(ReviewItem.id.desc()).limit(_RECENT)  # asked with many messages: never all of them
    waits = [resolved - created for created, resolved in session.execute(query) if resolved]
    return median(waits) if len(waits) >= ENOUGH_ANSWERS else None


def resolve(
    session: Session, item: ReviewItem, resolution: Resolution, reply: bytes | None, actor: str, now: dt.datetime
) -> None:
    """Close an item and note its resolution; telling the asker is another step."""
    item.resolution, item.sealed_reply, item.resolved_at = resolution, reply, now
    author = item.proposed_by if resolution is Resolution.ANSWER else None
    item.claimed_by, item.claimed_until, item.sealed_draft = author or actor, None, None
    item.proposed_by, item.skipped_by = None, []
    status = ReviewStatus.DISMISSED if resolution in _DISMISSED else ReviewStatus.RESOLVED
    change_status(session, item, status, actor, now)


def change_status(session: Session, item: ReviewItem, status: ReviewStatus, actor: str, now: dt.datetime) -> None:
    """Change an item's status and write the log row that says who did it."""
    item.status = status
    _log(session, item, actor, now)


def _find_answered(session: Session, chat_key: str, number: int | None) -> ReviewItem | None:
    """Return the question of a chat that was answered last, or that its asker wrote to again."""
    query = select(ReviewItem).where(ReviewItem.chat_key == chat_key, ReviewItem.kind == ItemKind.QUESTION)
    answered = [
        item for item in session.scalars(query.with_for_update()) if number in {None, item.id} and _is_answered(item)
    ]
    return max(answered, key=lambda item: item.told_at or item.created_at, default=None)


def _is_answered(item: ReviewItem) -> bool:
    if item.told_at is not None:
        return item.resolution in _CONVERSATIONS
    return bool(item.messages)


def _reopen(session: Session, item: ReviewItem, now: dt.datetime) -> None:
    """Open a closed item; what the volunteer said moves to its messages."""
    item.messages.append(
        ReviewMessage(
            author=item.claimed_by or "",
            resolution=item.resolution,
            sealed_text=item.sealed_reply or b"",
            at=item.resolved_at or now,
            told_at=item.told_at,
        )
    )
    item.resolution = item.sealed_reply = item.resolved_at = item.told_at = item.referred_at = None
    item.created_at, item.claimed_until = now, now + FIRST_CHANCE
    change_status(session, item, ReviewStatus.PENDING, ASKER, now)


def _log(session: Session, item: ReviewItem, actor: str, now: dt.datetime) -> None:
    session.add(ReviewLog(item_id=item.id, status=item.status, actor=actor, at=now))
