"""What is remembered of a chat: the language chosen for long, the rest for 60 minutes."""

import datetime as dt

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.messages.conversation import ChatState, ReleasedQuestion, StoredData
from bot.models import Account, Chat, ChatSession, InboxRow, OutboxRow, ReviewItem, ReviewMessage
from bot.services.reviewing import ASKER, OPEN
from bot.states import Group
from bot.vault import Vault

SESSION = dt.timedelta(minutes=60)


def load_state(session: Session, chat_key: str, vault: Vault, now: dt.datetime) -> ChatState:
    """Return what is remembered of a chat; what is older than 60 minutes counts as forgotten."""
    chat = session.get(Chat, chat_key)
    chosen = chat.language if chat else None
    row = session.get(ChatSession, chat_key)
    if row is None or row.expires_at <= now:
        return ChatState(chosen=chosen)
    still_known = row.group_until is not None and row.group_until > now
    return ChatState(
        chosen=chosen,
        session_language=row.language,
        group=row.residence_group if row.residence_group and still_known else Group.UNKNOWN,
        last_topic=row.last_topic,
        suggested=tuple(row.suggested),
        turned_down=tuple(row.turned_down),
        question=vault.open(row.sealed_question) if row.sealed_question else None,
        nearest=tuple(row.nearest),
        awaiting_reply=row.awaiting_reply,
    )


def save_state(session: Session, chat_id: int, state: ChatState, vault: Vault, now: dt.datetime) -> None:
    """Store what is to be remembered. The residence status keeps its own 60 minutes from when it was said."""
    key = vault.chat_key(chat_id)
    chat = session.get(Chat, key)
    if chat is None:
        chat = Chat(chat_key=key, sealed_id=vault.seal(chat_id), language=None, last_day=now.date())
        session.add(chat)
    chat.language, chat.last_day, chat.blocked_at = state.chosen, now.date(), None
    row = session.get(ChatSession, key)
    if row is None:
        row = ChatSession(chat_key=key)
        session.add(row)
    known = None if state.group is Group.UNKNOWN else state.group
    if known != row.residence_group:
        row.group_until = now + SESSION if known else None
    row.residence_group = known
    row.language, row.last_topic = state.session_language, state.last_topic
    row.suggested, row.turned_down = list(state.suggested), list(state.turned_down)
    row.nearest = list(state.nearest)
    row.sealed_question = vault.seal(state.question) if state.question else None
    row.awaiting_reply = state.awaiting_reply
    row.expires_at = now + SESSION


def load_stored_data(session: Session, chat_key: str, vault: Vault) -> StoredData:
    """Return what is stored of a chat beside its state, for the person to see."""
    chat = session.get(Chat, chat_key)
    kept = ReviewItem.sealed_question != b""  # what was withdrawn is empty
    items = session.scalars(select(ReviewItem).where(ReviewItem.chat_key == chat_key, kept).order_by(ReviewItem.id))
    questions = tuple(_load_question(session, item, vault) for item in items if item.sealed_question)
    waiting = session.scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.lane == chat_key)) or 0
    return StoredData(chat.last_day if chat else None, questions, waiting)


def _load_question(session: Session, item: ReviewItem, vault: Vault) -> ReleasedQuestion:
    query = select(ReviewMessage.sealed_text).where(ReviewMessage.item_id == item.id, ReviewMessage.author == ASKER)
    return ReleasedQuestion(
        number=item.id,
        text=vault.open(item.sealed_question),
        released_on=item.created_at.date(),
        open=item.status in OPEN,
        messages=tuple(vault.open(sealed) for sealed in session.scalars(query.order_by(ReviewMessage.id))),
    )


def forget_chat(session: Session, chat_key: str, *, keep_inbox: int | None = None) -> None:
    """Delete everything about a chat, waiting messages included; `keep_inbox` is the row being worked on.

    An account of the desk that has its links sent to this chat stays, without it.
    """
    disconnected = update(Account).where(Account.chat_key == chat_key).values(chat_key=None, sealed_chat=None)
    session.execute(disconnected)
    for model in (Chat, ChatSession):
        session.execute(delete(model).where(model.chat_key == chat_key))
    session.execute(delete(ReviewItem).where(ReviewItem.chat_key == chat_key))
    session.execute(delete(OutboxRow).where(OutboxRow.lane == chat_key))
    session.execute(delete(InboxRow).where(InboxRow.lane == chat_key, InboxRow.id != (keep_inbox or 0)))


def mark_blocked(session: Session, chat_key: str, now: dt.datetime) -> None:
    """Note that the person blocked the bot, and drop what was still to be sent."""
    chat = session.get(Chat, chat_key)
    if chat:
        chat.blocked_at = now
    session.execute(delete(OutboxRow).where(OutboxRow.lane == chat_key))
