"""Step 7: a reply becomes calls of the Bot API."""

import html
import re
from collections.abc import Iterator
from typing import Any

from bot.languages import find_language
from bot.messages.conversation import Button, Part, Reply
from bot.services.marking_up import Direction, write_html
from bot.services.queueing_calls import Call

MAX_UNITS = 4096
_TAG = re.compile(r"<[^>]+>")


def render_reply(reply: Reply, chat_id: int) -> list[Call]:
    """Return one sendMessage call for each message; a long text is split at paragraphs, its buttons come last."""
    language = find_language(reply.language)
    direction: Direction = language.direction if language else "ltr"
    return [call for part in reply.parts for call in _render_part(part, direction, chat_id)]


def count_units(text: str) -> int:
    """Return the length as Telegram counts it: UTF-16 code units of the visible text."""
    return len(html.unescape(_TAG.sub("", text)).encode("utf-16-le")) // 2


def _render_part(part: Part, direction: Direction, chat_id: int) -> Iterator[Call]:
    chunks = list(split_text(part.text, direction))
    for number, chunk in enumerate(chunks, 1):
        data: dict[str, Any] = {
            "chat_id": chat_id,
            "text": chunk,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        if part.rows and number == len(chunks):
            data["reply_markup"] = {"inline_keyboard": [[_render_button(b) for b in row] for row in part.rows]}
        yield "sendMessage", data


def split_text(text: str, direction: Direction) -> Iterator[str]:
    """Yield the HTML of a text in pieces that Telegram takes, broken at paragraphs, else lines, else words."""
    pieces: list[str] = []
    for paragraph in _pieces(text):
        candidate = [*pieces, paragraph]
        if pieces and count_units(write_html("".join(candidate), direction)) > MAX_UNITS:
            yield write_html("".join(pieces).strip(), direction)
            candidate = [paragraph.lstrip()]
        pieces = candidate
    yield write_html("".join(pieces).strip(), direction)


def _pieces(text: str, separators: tuple[str, ...] = ("\n\n", "\n", " ")) -> Iterator[str]:
    """Yield the text cut at the first separator, what is still too long at the next; nothing is lost."""
    separator, *finer = separators
    for number, piece in enumerate(text.split(separator)):
        joined = piece if number == 0 else separator + piece
        # Isolates and escapes make a text longer: half the limit leaves room for them.
        if len(joined) > MAX_UNITS // 2 and finer:
            yield from _pieces(joined, tuple(finer))
        elif len(joined) > MAX_UNITS // 2:
            yield from (joined[start : start + MAX_UNITS // 2] for start in range(0, len(joined), MAX_UNITS // 2))
        else:
            yield joined


def _render_button(button: Button) -> dict[str, Any]:
    if button.copy is not None:
        return {"text": button.label, "copy_text": {"text": button.copy}}
    if button.url is not None:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": button.action}
