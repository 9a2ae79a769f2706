"""What stands behind `?start=` in a link to the bot: a topic in a language, or the token that connects a chat.

Telegram takes up to 64 of A-Z, a-z, 0-9, _ and - there. Posters carry these links for years: what was printed once
must be read for ever.
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from bot.languages import TAGS

MAX_PAYLOAD: Final = 64
CONNECT: Final = "desk-"
_LANGUAGE: Final = re.compile(rf"(?:^|[-_])({'|'.join(TAGS)})$")


@dataclass(frozen=True)
class Target:
    """Where a link leads.

    Attributes:
        topic: None for the welcome.
        language: None for the reader's own.
    """

    topic: str | None = None
    language: str | None = None


def make_payload(topic: str | None, language: str) -> str:
    """Return what opens a topic in a language, or without topic the welcome in it."""
    return f"{topic}-{language}" if topic else language


def read_payload(payload: str, topics: Container[str]) -> Target:
    """Return where a payload leads; one that nobody made leads to the welcome, in its language if it names one."""
    folded = payload[:MAX_PAYLOAD].lower()
    if folded in topics:
        return Target(folded)
    found = _LANGUAGE.search(folded)
    if found is None:
        return Target()
    topic = folded[: found.start()]
    return Target(topic if topic in topics else None, found[1])
