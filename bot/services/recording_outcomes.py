"""Records what a message or a tap led to, in the unit of work that finishes it."""

import datetime as dt

from sqlalchemy.orm import Session

from bot.messages.conversation import Outcome, Reply
from bot.ports.clock import Clock
from bot.services.counting import count_all
from bot.services.remembering import save_state
from bot.services.reviewing import add_item, add_reply, note_unhelpful, withdraw_items
from bot.vault import Vault


def record_outcome(session: Session, chat_id: int, outcome: Outcome, vault: Vault, clock: Clock) -> Reply:
    """Store state, counters and what concerns volunteers, and return what the person is told.

    That is another reply than the outcome's where volunteers no longer have the question that it is about.
    """
    now, language = clock.now(), outcome.reply.language
    if not outcome.forget:
        save_state(session, chat_id, outcome.state, vault, now)
    count_all(session, outcome.counts, language, clock.today())
    for count in outcome.counts:
        if count.what == "unhelpful":
            note_unhelpful(session, count.topic, language, now)
    return _hand_to_volunteers(session, vault.chat_key(chat_id), outcome, vault, now)


def _hand_to_volunteers(session: Session, chat_key: str, outcome: Outcome, vault: Vault, now: dt.datetime) -> Reply:
    reply, done = outcome.reply, True
    if outcome.question:
        nearest = outcome.state.nearest
        item = add_item(session, chat_key, reply.language, outcome.question, nearest, vault, now)
        return reply.name_item(item.id)
    if outcome.message:
        done = add_reply(session, chat_key, outcome.message, vault, now, number=outcome.item)
    elif outcome.withdrawn:
        done = withdraw_items(session, chat_key, outcome.item, now) > 0
    return reply if done or outcome.otherwise is None else outcome.otherwise
