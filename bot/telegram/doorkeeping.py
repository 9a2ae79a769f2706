"""The way to the desk through Telegram: a chat is connected once, then `/desk` sends a link that lets its owner in."""

import asyncio

from sqlalchemy.orm import Session

from bot.bootstrap import Services
from bot.errors import SignInError
from bot.services.messaging_accounts import connect_by_link, find_connected, send_sign_in_link, write_to_chat
from bot.telegram.dialogue import Dialogue

_CONNECTED = (
    "This chat is now connected with your account at the desk. Write /desk whenever you want a link that lets you in.\n"
    "Dieser Chat ist jetzt mit Ihrem Konto am Arbeitsplatz verbunden. Schreiben Sie /desk, wenn Sie einen Link "
    "brauchen, mit dem Sie hineinkommen."
)
_REFUSED = (
    "This link was used already or has ended. You get a new one on your own page at the desk.\n"
    "Dieser Link wurde schon benutzt oder ist abgelaufen. Einen neuen bekommen Sie am Arbeitsplatz auf Ihrer eigenen "
    "Seite."
)


class Doorkeeping:
    """Answers those who want to come in; each update is finished in the unit of work that answers it."""

    def __init__(self, services: Services, dialogue: Dialogue) -> None:
        self._services = services
        self._dialogue = dialogue

    async def connect(self, update_id: int, chat_id: int, token: str) -> None:
        """Connect the chat with the account whose token this is, and say so; say so too when it is no good."""
        services = self._services

        def work(session: Session) -> None:
            try:
                connect_by_link(session, token, chat_id, services.vault, services.clock.now())
                text = _CONNECTED
            except SignInError:
                text = _REFUSED
            write_to_chat(session, chat_id, services.outbox, services.vault, text)

        await self._dialogue.work(update_id, work)

    async def send_link(self, update_id: int, chat_id: int) -> bool:
        """Send the owner of a connected chat a link that lets them in; False, with nothing done, for others."""
        services, key = self._services, self._services.vault.chat_key(chat_id)

        def work(session: Session) -> None:
            if account := find_connected(session, key):
                now, desk_url = services.clock.now(), services.settings.desk_address
                send_sign_in_link(session, account, services.outbox, services.vault, now, desk_url)

        if not await asyncio.to_thread(self._is_connected, key):
            return False
        await self._dialogue.work(update_id, work)
        return True

    def _is_connected(self, chat_key: str) -> bool:
        with self._services.database.reading() as session:
            return find_connected(session, chat_key) is not None
