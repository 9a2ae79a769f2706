"""Step 2: a text as it came becomes a message the bot works with."""

import unicodedata

from bot.messages.conversation import IncomingMessage

MAX_CHARACTERS = 500
_KEPT_CONTROLS = {"\n", "\t", "\u200c", "\u200d"}  # joiners carry meaning in Persian and in emoji


def read_message(text: str, client_language: str | None = None) -> IncomingMessage:
    """Return the message: control characters become spaces, at most 500 characters are kept, cut at a word."""
    cleaned = "".join(" " if _is_control(character) else character for character in text)
    cleaned = " ".join(cleaned.split())
    if len(cleaned) <= MAX_CHARACTERS:
        return IncomingMessage(cleaned, client_language)
    head = cleaned[: MAX_CHARACTERS + 1].rsplit(" ", 1)[0][:MAX_CHARACTERS]
    return IncomingMessage(head, client_language, cut=True)


def _is_control(character: str) -> bool:
    return character not in _KEPT_CONTROLS and unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"}
