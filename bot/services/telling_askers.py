"""What askers are told of their released questions, of our own accord: by day only, each thing once.

An item waits here until the hour fits; the reply is built in the asker's language from the content of that moment.
"""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.messages.content import Content
from bot.messages.conversation import Part, Reply
from bot.models import ReviewItem
from bot.services.answering import Reader, build_answer, build_conversation, describe_place
from bot.services.composing import way_out_row
from bot.services.reviewing import OPEN, find_care
from bot.states import Care, Resolution
from bot.vault import Vault

BEGINS, ENDS = dt.time(8), dt.time(20)
PATIENCE = dt.timedelta(hours=72)


def may_write_now(local_time: dt.time) -> bool:
    """Tell whether a message of our own accord may go out at this time of the day."""
    return BEGINS <= local_time < ENDS


def find_untold(session: Session, now: dt.datetime) -> Sequence[ReviewItem]:
    """Return the items whose asker is to be told something: a resolution, or that nobody answered for 72 hours."""
    resolved = ReviewItem.resolved_at.is_not(None)
    overdue = ReviewItem.status.in_(OPEN) & ReviewItem.referred_at.is_(None) & (ReviewItem.created_at <= now - PATIENCE)
    query = select(ReviewItem).where(ReviewItem.told_at.is_(None), or_(resolved, overdue)).order_by(ReviewItem.id)
    return session.scalars(query).all()


def mark_told(item: ReviewItem, now: dt.datetime) -> None:
    """Note that the asker was told: of the resolution for good, of the 72 hours once."""
    if item.resolved_at is None:
        item.referred_at = now
    else:
        item.told_at = now


def build_told(item: ReviewItem, content: Content, reader: Reader, vault: Vault) -> Reply | None:
    """Return what the asker is told, in their language; None when nothing is to be said.

    Near a topic of violence the first lines, which a locked screen shows, hold neither question nor answer.
    """
    if item.resolution is Resolution.SPAM:
        return None
    parts = _build_parts(item, content, reader, vault)
    if Care.VIOLENCE in find_care(item, content):
        parts = (Part(reader.strings.gettext("A new message for you is here.")), *parts)
    else:
        question = reader.strings.gettext("You asked: «{question}»", question=vault.open(item.sealed_question))
        parts = (Part(f"{question}\n\n{parts[0].text}", parts[0].rows), *parts[1:])
    return Reply(reader.language, parts)


def _build_parts(item: ReviewItem, content: Content, reader: Reader, vault: Vault) -> tuple[Part, ...]:
    strings = reader.strings
    told: str = vault.open(item.sealed_reply) if item.sealed_reply else ""
    match item.resolution:
        case Resolution.ANSWER:
            mark = strings.gettext("Written by a volunteer, not by the city.")
            return (Part(f"{told}\n\n✍️ {mark}", (way_out_row(strings),)),)
        case Resolution.TOPIC if told in content.topics:
            return (Part(strings.gettext("A volunteer found the answer:")), *build_answer(told, content, reader))
        case Resolution.REFERRAL if told in content.places:
            text = strings.gettext("A volunteer read your question. This place can help you:")
            place = describe_place(1, content.places[told], content, reader)
            return (Part(f"{text}\n\n{place}", (way_out_row(strings),)),)
        case Resolution.UNCLEAR:
            text = strings.gettext("A volunteer did not understand the question. Please write it in other words.")
            return (Part(text, (way_out_row(strings),)),)
        case _:  # 72 hours, or a topic or place that is no longer there
            sorry = strings.gettext("Sorry, nobody could answer your question yet. These people can help you:")
            people = build_conversation("talk_to_human", content, reader)
            return (Part(sorry), people)
