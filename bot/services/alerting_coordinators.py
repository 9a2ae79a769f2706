"""Tells the coordinators' chat that a question was escalated: the address of the item, no word of the question."""

from sqlalchemy.orm import Session

from bot.models import ReviewItem
from bot.ports.queue import Queue
from bot.services.messaging_accounts import write_to_chat
from bot.settings import Settings
from bot.vault import Vault


def alert_coordinators(session: Session, item: ReviewItem, outbox: Queue, vault: Vault, settings: Settings) -> bool:
    """Queue the alert; False when no chat of coordinators is set."""
    chat_id = settings.coordinators_chat_id
    if chat_id is None:
        return False
    address = f"{settings.desk_address}/review/{item.id}"
    text = (
        "🚨 A question was escalated. Please look at it now.\n"
        f"Eine Frage wurde als dringend weitergegeben. Bitte jetzt ansehen.\n\n{address}"
    )
    write_to_chat(session, chat_id, outbox, vault, text)
    return True
