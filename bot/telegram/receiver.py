"""Fetches updates and keeps them: an update is confirmed to Telegram only after its row is committed.

The library's own updater confirms an update before it is handled, and loses what it holds when it dies.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.adapters.telegram_sender import REFUSED_TOKEN, read_wait
from bot.db import Database
from bot.errors import SettingsError
from bot.messages.conversation import ChatState, Reply
from bot.ports.queue import NewJob, Queue
from bot.ports.sender import Sender
from bot.services.conversing import Conversation
from bot.telegram.application import ALLOWED_UPDATES
from bot.telegram.intake import choose_fields, find_chat_id, find_private_text
from bot.telegram.rendering import render_reply
from bot.vault import Vault

_log = logging.getLogger(__name__)
_LONG_POLL = 25
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_GLANCE_AFTER = 0.5
SECOND_POLLER = "another program fetches this bot's messages (the same token runs twice, or a webhook is set): stop it."


class Receiver:
    """Takes updates from Telegram into the inbox."""

    def __init__(
        self,
        bot: Bot,
        sender: Sender,
        database: Database,
        inbox: Queue,
        vault: Vault,
        conversation: Conversation,
        wake: Callable[[], None],
    ) -> None:
        self._bot = bot
        self._sender = sender
        self._database = database
        self._inbox = inbox
        self._vault = vault
        self._conversation = conversation
        self._wake = wake
        self._offset: int | None = None
        # Whoever was here first stays: a second bot that somebody starts by mistake must not end the first.
        self._established = False
        self._warned: dict[int, str] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Fetch updates until `stop` is set; raises SettingsError when the token or a second poller forbids it."""
        stopped = asyncio.ensure_future(stop.wait())
        while not stop.is_set():
            fetching = asyncio.ensure_future(self._with_patience(self._fetch, stop))
            await asyncio.wait({fetching, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not fetching.done():
                fetching.cancel()  # nothing is confirmed: Telegram hands the same updates out again
                break
            updates = fetching.result() or []
            if updates:
                await self.take(updates, stop)

    async def take(self, updates: list[dict[str, Any]], stop: asyncio.Event) -> None:
        """Answer acute danger, then store the updates; they count as received once they are committed.

        While the database keeps them waiting, what comes in behind them is looked at for danger too.
        """
        kept = await self._answer_dangers(updates)
        storing = asyncio.ensure_future(self._with_patience(lambda: asyncio.to_thread(self._store, kept), stop))
        while not (await asyncio.wait({storing}, timeout=_GLANCE_AFTER))[0]:
            await self._glance()
        if await storing:
            self._offset = max(update["update_id"] for update in updates) + 1
            self._warned = {number: tag for number, tag in self._warned.items() if number >= self._offset}
            self._wake()

    async def _fetch(self) -> list[dict[str, Any]]:
        try:
            updates = await self._bot.get_updates(
                self._offset, timeout=_LONG_POLL, allowed_updates=ALLOWED_UPDATES, read_timeout=_LONG_POLL + 10
            )
        except InvalidToken:
            raise SettingsError(REFUSED_TOKEN) from None
        except Conflict:
            if self._established:
                raise
            raise SettingsError(SECOND_POLLER) from None
        self._established = True
        return [update.to_dict() for update in updates]

    async def _glance(self) -> None:
        """Look at the unconfirmed updates, those that came later included, for danger alone."""
        try:
            updates = await self._bot.get_updates(self._offset, timeout=0, allowed_updates=ALLOWED_UPDATES)
        except TelegramError:
            return
        await self._answer_dangers([update.to_dict() for update in updates])

    async def _answer_dangers(self, updates: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Send the emergency replies that are due and return the chosen fields, with a note where one was sent."""
        kept = [fields for update in updates if (fields := choose_fields(update))]
        for fields in kept:
            number = fields["update_id"]
            if number not in self._warned and (language := await self._answer_danger(fields)):
                self._warned[number] = language
            if number in self._warned:
                fields["crisis_sent"] = self._warned[number]
        return kept

    async def _answer_danger(self, fields: dict[str, Any]) -> str | None:
        """Send the emergency reply at once, by memory alone; when that fails the ordinary way sends it."""
        text = find_private_text(fields)
        found = self._conversation.find_crisis(text) if text else None
        if found is None:
            return None
        reply: Reply = self._conversation.reply_to_crisis(found, ChatState()).reply
        try:
            for method, data in render_reply(reply, find_chat_id(fields)):
                await self._sender.send(method, data)
        except Exception as error:  # noqa: BLE001 - whatever happens, the message itself must be kept
            _log.warning("an emergency reply did not go out at once (%s)", type(error).__name__)
            return None
        return found

    def _store(self, kept: list[dict[str, Any]]) -> bool:
        jobs = [
            NewJob(self._vault.chat_key(find_chat_id(fields)), self._vault.seal(fields), fields["update_id"])
            for fields in kept
        ]
        with self._database.writing() as session:
            self._inbox.put(session, jobs)
        return True

    async def _with_patience[T](self, attempt: Callable[[], Awaitable[T]], stop: asyncio.Event) -> T | None:
        """Try until it works or `stop` is set: the network or the database may be away for a while."""
        pause = _FIRST_PAUSE
        while not stop.is_set():
            try:
                return await attempt()
            except SettingsError:
                raise
            except Conflict:
                _log.error(SECOND_POLLER)
                pause = _LONGEST_PAUSE
            except RetryAfter as error:
                pause = read_wait(error)
            except NetworkError as error:
                _log.warning("Telegram cannot be reached (%s)", type(error).__name__)
            except Exception as error:  # noqa: BLE001 - whatever the database's driver raises
                _log.warning("updates cannot be stored yet (%s)", type(error).__name__)
            try:
                await asyncio.wait_for(stop.wait(), pause)
            except TimeoutError:
                pause = min(pause * 2, _LONGEST_PAUSE)
        return None
