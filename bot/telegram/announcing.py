"""Tells volunteers of questions and replies that wait, between 8 and 20 o'clock."""

import asyncio
from collections.abc import Callable

from bot.bootstrap import Services
from bot.services.announcing_questions import announce_questions, announce_replies
from bot.services.telling_askers import may_write_now
from bot.telegram.repeating import repeat

_EVERY = 30.0


class Announcing:
    """Puts what volunteers are to hear into the outbox; noted in the same unit of work, so once."""

    def __init__(self, services: Services, wake: Callable[[], None]) -> None:
        self._services = services
        self._wake = wake

    async def run(self, stop: asyncio.Event) -> None:
        """Look again and again until `stop` is set."""
        await repeat(self._announce_and_wake, _EVERY, stop, "volunteers were not told yet")

    async def _announce_and_wake(self) -> None:
        if await asyncio.to_thread(self.announce):
            self._wake()

    def announce(self) -> bool:
        """Put what is due into the outbox and return whether there was anything; nothing by night."""
        services, settings = self._services, self._services.settings
        if not may_write_now(services.clock.local_time()):
            return False
        now, outbox, vault = services.clock.now(), services.outbox, services.vault
        with services.database.writing() as session:
            replies = announce_replies(session, outbox, vault, now, settings.desk_address)
            group = settings.volunteers_group_id
            told = group is not None and announce_questions(session, group, outbox, vault, now, settings.desk_address)
            return bool(replies) or told
