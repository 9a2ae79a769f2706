"""What askers are told of their released questions, of our own accord: each thing once, by day, danger at any hour.

An item waits here until the hour fits; the reply is built in the asker's language from the content of that moment.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.i18n import Strings
from bot.messages.content import Content
from bot.messages.conversation import Part, Reply
from bot.models import ReviewItem
from bot.ports.clock import Clock
from bot.services.answering import Reader, build_answer, build_conversation, describe_place, make_reader
from bot.services.composing import build_crisis, reply_row, show_row, way_out_row
from bot.services.naming_marks import tell_marks
from bot.services.reviewing import find_care, reopen_replied
from bot.states import Care, Group, ItemKind, Resolution
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

    Near a topic of violence, a locked screen shows neither question nor answer: they come when the person asks for
    them. The emergency numbers come at once, behind a line that says nothing.
    """
    if item.resolution is Resolution.SPAM:
        return None
    veil = reader.strings.gettext("A new message for you is here.")
    if _tells_of_violence(item, content, vault):
        return Reply(reader.language, (Part(veil, (show_row(item.id, reader.strings),)),))
    said = _Said(item.resolution, item.sealed_reply)
    if item.resolution is Resolution.ESCALATED:
        return Reply(reader.language, (Part(veil), *_build_parts(said, item.id, content, reader, vault)))
    return _quote_question(item, said, content, reader, vault)


def find_told(
    session: Session, chat_key: str, number: int, content: Content, clock: Clock, vault: Vault
) -> Reply | None:
    """Return what the asker was told last of a question, to be shown now; None when it is not theirs or is gone."""
    item = session.get(ReviewItem, number)
    if item is None or item.chat_key != chat_key or (said := _find_said(item)) is None:
        return None
    return _quote_question(item, said, content, make_reader(item.language, Group.UNKNOWN, clock), vault)


@dataclass(frozen=True)
class _Said:
    """What somebody decided, and the words, topic or place with it; neither for "nobody answered yet"."""

    resolution: Resolution | None = None
    sealed: bytes | None = None


def _find_said(item: ReviewItem) -> _Said | None:
    """Return what the asker was told last; None for nothing."""
    if item.told_at is not None:
        return _Said(item.resolution, item.sealed_reply)
    before = [message for message in item.messages if message.resolution is not None]
    if before:
        return _Said(before[-1].resolution, before[-1].sealed_text or None)
    return _Said() if item.referred_at is not None else None


def _quote_question(item: ReviewItem, said: _Said, content: Content, reader: Reader, vault: Vault) -> Reply:
    """Return what was said below the question that it is about."""
    asked = tell_marks(_read_last(item, vault), reader.strings)
    question = reader.strings.gettext("You asked: «{question}»", question=asked)
    first, *others = _build_parts(said, item.id, content, reader, vault)
    return Reply(reader.language, (Part(f"{question}\n\n{first.text}", first.rows), *others))


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


def _build_parts(said: _Said, number: int, content: Content, reader: Reader, vault: Vault) -> tuple[Part, ...]:
    strings = reader.strings
    told: str = vault.open(said.sealed) if said.sealed else ""
    rows = (reply_row(number, strings), way_out_row(strings))
    match said.resolution:
        case Resolution.ANSWER:
            return (Part(sign_words(told, strings), rows),)
        case Resolution.TOPIC if told in content.topics:
            found = Part(strings.gettext("A volunteer found the answer:"), rows[:1])
            return (found, *build_answer(told, content, reader))
        case Resolution.REFERRAL if told in content.places:
            text = strings.gettext("A volunteer read your question. This place can help you:")
            place = describe_place(None, content.places[told], content, reader)
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
