"""Understanding."""

from typing import Protocol

from bot.messages.conversation import Parse


class Nlu(Protocol):
    """Turns a text into a language and a ranking of intents."""

    async def parse(self, text: str) -> Parse:
        """Return the parse of a text of at most 500 characters; raises NluUnavailableError."""
        ...
