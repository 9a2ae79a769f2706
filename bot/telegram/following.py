"""Lets the running bot answer from what was published, seconds later and without a restart."""

import asyncio

from bot.bootstrap import Services, publish
from bot.messages.content import Content
from bot.messages.conversation import ActiveNotice
from bot.services.managing_notices import list_active
from bot.services.recognising_crisis import CrisisRules, compile_crisis
from bot.telegram.repeating import repeat

_EVERY = 1.0
Edition = tuple[Content, CrisisRules, tuple[ActiveNotice, ...]]


class Following:
    """Looks every second whether somebody at the desk has changed something; reads one number when nobody has."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._seen: Content | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Look again and again until `stop` is set; what cannot be loaded leaves the bot with what it has."""
        await repeat(self.follow, _EVERY, stop, "what was published is not loaded yet")

    async def follow(self) -> None:
        """Load what is new in a thread, and exchange it as a whole between two messages."""
        edition = await asyncio.to_thread(self._find_news)
        if edition:
            self._services.conversation.exchange(*edition)

    def _find_news(self) -> Edition | None:
        """Return what is new, ready to answer from; None when nothing is."""
        services = self._services
        with services.database.reading() as session:
            content = services.live.get_within(session)
            if content is self._seen:
                return None
            notices = list_active(session, services.clock.now())
        # Of the words of danger only the lists that changed are compiled anew: compile_crisis remembers the others.
        edition = publish(services.settings, content), compile_crisis(content.crisis), notices
        self._seen = content
        return edition
