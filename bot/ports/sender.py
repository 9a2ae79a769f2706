"""Sending."""

from typing import Any, Protocol


class Sender(Protocol):
    """Makes calls to the messenger."""

    async def send(self, method: str, data: dict[str, Any]) -> None:
        """Make one call; raises SendLaterError, ChatGoneError, SendRefusedError, or another error worth a retry."""
        ...
