"""What askers are told of their released questions, of our own accord: each thing once, by day, danger at any hour.

An item waits here until the hour fits; the reply is built in the asker's language from the content of that moment.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.i18n import Strings
from bot.messages.content import Content
from bot.messages.conversation import Part, Reply
from bot.models import ReviewItem
from bot.services.answering import Reader, build_answer, build_conversation, describe_place
from bot.services.composing import build_crisis, reply_row, way_out_row
from bot.services.reviewing import find_care, reopen_replied
from bot.states import Care, ItemKind, Resolution
from bot.vault import Vault

BEGINS, ENDS = dt.time(8), dt.time(20)
PATIENCE = dt.timedelta(hours=72)
SILENT = (Resolution.WITHDRAWN, Resolution.NOTED)
# At most so many in one unit of work, the oldest first, so that others can write in between.
_AT_ONCE = 100


def may_write_now(local_time: dt.time) -> bool:
    """Tell whether a message of our own accord may go out at this time of the day."""
    return BEGINS <= local_time < ENDS


def find_untold(session: Session, now: dt.datetime, *, by_day: bool = True) -> Sequence[ReviewItem]:
    """Return the items whose asker is to be told something: a resolution, or that nobody answered for 72 hours.

    By night that is the emergency numbers alone.
    """
    # Two queries, each with its index: among many open questions this is asked again every two seconds.
    resolved = ReviewItem.resolved_at.is_not(None) & ReviewItem.told_at.is_(None)
    if not by_day:
        return _select_questions(session, resolved & (ReviewItem.resolution == Resolution.ESCALATED))
    unreferred = ReviewItem.resolved_at.is_(None) & ReviewItem.referred_at.is_(None)
    items = [
        *_select_questions(session, resolved & ReviewItem.resolution.not_in(SILENT)),
        *_select_questions(session, unreferred & (ReviewItem.created_at <= now - PATIENCE), ReviewItem.created_at),
    ]
    return sorted(items, key=lambda item: item.id)


def mark_told(session: Session, item: ReviewItem, now: dt.datetime) -> None:
    """Note that the asker was told: of the resolution for good, of the 72 hours once.

    An item whose asker wrote again in the meantime opens again.
    """
    if item.resolved_at is None:
        item.referred_at = now
    else:
        item.told_at = now
        reopen_replied(session, item, now)


def sign_words(text: str, strings: Strings) -> str:
    """Return a volunteer's own words with the mark that every asker reads below them."""
    return f"{text}\n\n✍️ {strings.gettext('Written by a volunteer, not by the city.')}"


def build_told(item: ReviewItem, content: Content, reader: Reader, vault: Vault) -> Reply | None:
    """Return what the asker is told, in their language; None when nothing is to be said.

    Near a topic of violence or danger the first lines, which a locked screen shows, hold neither question nor answer.
    """
    if item.resolution is Resolution.SPAM:
        return None
    parts = _build_parts(item, content, reader, vault)
    if item.resolution is Resolution.ESCALATED or _tells_of_violence(item, content, vault):
        parts = (Part(reader.strings.gettext("A new message for you is here.")), *parts)
    else:
        question = reader.strings.gettext("You asked: «{question}»", question=_read_last(item, vault))
        parts = (Part(f"{question}\n\n{parts[0].text}", parts[0].rows), *parts[1:])
    return Reply(reader.language, parts)


def _tells_of_violence(item: ReviewItem, content: Content, vault: Vault) -> bool:
    """Tell whether question or answer is near a topic of violence: that topic itself, or a place that it names."""
    if Care.VIOLENCE in find_care(item, content):
        return True
    told = vault.open(item.sealed_reply) if item.sealed_reply else ""
    delicate = [topic for topic in content.topics.values() if topic.care is Care.VIOLENCE]
    match item.resolution:
        case Resolution.TOPIC:
            return any(topic.id == told for topic in delicate)
        case Resolution.REFERRAL:
            secret = told in content.places and content.places[told].address_secret
            return secret or any(told in topic.places for topic in delicate)
    return False


def _select_questions(
    session: Session, condition: ColumnElement[bool], *order: ColumnElement[Any] | InstrumentedAttribute[Any]
) -> Sequence[ReviewItem]:
    query = select(ReviewItem).where(condition, ReviewItem.kind == ItemKind.QUESTION).order_by(*order, ReviewItem.id)
    return session.scalars(query.limit(_AT_ONCE).with_for_update()).all()


def _build_parts(item: ReviewItem, content: Content, reader: Reader, vault: Vault) -> tuple[Part, ...]:
    strings = reader.strings
    told: str = vault.open(item.sealed_reply) if item.sealed_reply else ""
    rows = (reply_row(item.id, strings), way_out_row(strings))
    match item.resolution:
        case Resolution.ANSWER:
            return (Part(sign_words(told, strings), rows),)
        case Resolution.TOPIC if told in content.topics:
            found = Part(strings.gettext("A volunteer found the answer:"), rows[:1])
            return (found, *build_answer(told, content, reader))
        case Resolution.REFERRAL if told in content.places:
            text = strings.gettext("A volunteer read your question. This place can help you:")
            place = describe_place(1, content.places[told], content, reader)
            return (Part(f"{text}\n\n{place}", rows),)
        case Resolution.UNCLEAR:
            text = strings.gettext("A volunteer did not understand the question. Please write it in other words.")
            return (Part(text, rows),)
        case Resolution.ESCALATED:
            return build_crisis(content, reader)
        case Resolution.NEW_TOPIC:
            lead = strings.gettext("Your question shows us what is missing; we pass it on. These people can help you:")
        case _:  # 72 hours, or a topic or place that is no longer there
            lead = strings.gettext("Sorry, nobody could answer your question yet. These people can help you:")
    return (Part(lead), build_conversation("talk_to_human", content, reader))


def _read_last(item: ReviewItem, vault: Vault) -> str:
    """Return what the asker wrote last."""
    written = [message.sealed_text for message in item.messages if message.resolution is None]
    return str(vault.open(written[-1] if written else item.sealed_question))
