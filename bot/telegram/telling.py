"""Tells askers what became of their released questions: between 8 and 20 o'clock, danger at any hour."""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.db import Database
from bot.models import Chat, ReviewItem
from bot.ports.clock import Clock
from bot.ports.queue import Queue
from bot.services.answering import make_reader
from bot.services.conversing import Conversation
from bot.services.queueing_calls import seal_calls
from bot.services.telling_askers import build_told, find_untold, mark_told, may_write_now
from bot.states import Group
from bot.telegram.rendering import render_reply
from bot.telegram.repeating import repeat
from bot.vault import Vault

_EVERY = 2.0
_log = logging.getLogger(__name__)


class Telling:
    """Puts what askers are to be told into the outbox; the item is marked in the same unit of work, so once."""

    def __init__(
        self,
        database: Database,
        outbox: Queue,
        vault: Vault,
        clock: Clock,
        conversation: Conversation,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._vault = vault
        self._clock = clock
        self._conversation = conversation
        self._wake = wake

    async def run(self, stop: asyncio.Event) -> None:
        """Look again and again until `stop` is set."""
        await repeat(self._tell_and_wake, _EVERY, stop, "askers were not told yet")

    async def _tell_and_wake(self) -> None:
        if await asyncio.to_thread(self.tell_all):
            self._wake()

    def tell_all(self) -> int:
        """Put what is due into the outbox and return how many items that were.

        By night, and while the bot is paused, that is danger alone.
        """
        by_day, now = may_write_now(self._clock.local_time()) and not self._conversation.paused, self._clock.now()
        with self._database.reading() as session:
            if not find_untold(session, now, by_day=by_day):
                return 0
        with self._database.writing() as session:
            items = find_untold(session, now, by_day=by_day)
            return sum(self._try_to_tell(session, item, now) for item in items)

    def _try_to_tell(self, session: Session, item: ReviewItem, now: dt.datetime) -> bool:
        """Tell of one item; what goes wrong with it is tried again, and keeps nobody else waiting."""
        number = item.id
        try:
            with session.begin_nested():
                self._tell(session, item)
                mark_told(session, item, now)
        except DBAPIError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one text
            _log.error("question %s cannot be told (%s)", number, type(error).__name__)
            return False
        return True

    def _tell(self, session: Session, item: ReviewItem) -> None:
        """Queue the reply, unless the person blocked the bot: that is noted and not retried."""
        chat = session.get(Chat, item.chat_key)
        if chat is None or chat.blocked_at is not None:
            return
        reader = make_reader(item.language, Group.UNKNOWN, self._clock)
        reply = build_told(item, self._conversation.content, reader, self._vault)
        calls = render_reply(reply, self._vault.open(chat.sealed_id)) if reply else []
        self._outbox.put(session, seal_calls(calls, item.chat_key, self._vault))
