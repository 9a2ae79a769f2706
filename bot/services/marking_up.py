"""The small markup of messages (`**bold**`, links) as HTML: what Telegram takes, and what the desk shows."""

import html
import re
from typing import Literal
from urllib.parse import urlsplit

from bot.services.isolating import isolate

Direction = Literal["ltr", "rtl"]

_LABEL_LENGTH = 40
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_LINK = re.compile(r"https?://[^\s\u2066\u2069<]+")


def write_html(text: str, direction: Direction) -> str:
    """Return a text as HTML, everything but bold and links escaped, Latin runs isolated where it runs to the left."""
    escaped = html.escape(isolate(text, direction), quote=False)
    return _LINK.sub(_anchor, _BOLD.sub(r"<b>\1</b>", escaped))


def _anchor(match: re.Match[str]) -> str:
    address = html.unescape(match[0])
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets that hold no IPv6 address: no link, and no reason to send nothing
        return match[0]
    label = (parts.netloc.removeprefix("www.") + parts.path.rstrip("/"))[:_LABEL_LENGTH]
    return f'<a href="{html.escape(address)}">{html.escape(label, quote=False)}</a>'
