"""What the bot writes to people of the desk, in their own chats and in groups. Everybody there reads German or English.

These messages hold no text of a newcomer, only where to read it.
"""

import datetime as dt
import html

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Account
from bot.ports.queue import Queue
from bot.services.queueing_calls import seal_calls
from bot.services.signing_in import connect_chat, make_link, use_link
from bot.states import LinkPurpose
from bot.vault import Vault


def connect_by_link(session: Session, token: str, chat_id: int, vault: Vault, now: dt.datetime) -> Account:
    """Connect a chat with the account whose link this is; the link ends.

    Raises SignInError for a link that was used, has ended, or is for something else.
    """
    account = use_link(session, token, now, {LinkPurpose.CONNECT})
    connect_chat(session, account, chat_id, vault)
    return account


def find_connected(session: Session, chat_key: str) -> Account | None:
    """Return the active account that a chat is connected with, or None."""
    return session.scalar(select(Account).where(Account.chat_key == chat_key, Account.active))


def send_sign_in_link(
    session: Session, account: Account, outbox: Queue, vault: Vault, now: dt.datetime, desk_url: str
) -> None:
    """Queue a one-use link for the account's own chat, which must be known."""
    address = f"{desk_url}/link/{make_link(session, account, LinkPurpose.SIGN_IN, now)}"
    write_to_account(
        session,
        account,
        outbox,
        vault,
        "Your link to the desk, for you alone. It works once, for ten minutes.\n"
        f"Ihr Link zum Arbeitsplatz, nur für Sie. Er gilt einmal, zehn Minuten lang.\n\n{address}",
    )


def write_to_account(session: Session, account: Account, outbox: Queue, vault: Vault, text: str) -> None:
    """Queue a message for the account's own chat; nothing happens without one."""
    if account.sealed_chat is not None:
        write_to_chat(session, vault.open(account.sealed_chat), outbox, vault, text)


def write_to_chat(session: Session, chat_id: int, outbox: Queue, vault: Vault, text: str) -> None:
    """Queue a message for a chat of people at the desk."""
    data = {
        "chat_id": chat_id,
        "text": html.escape(text, quote=False),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    outbox.put(session, seal_calls([("sendMessage", data)], vault.chat_key(chat_id), vault))
