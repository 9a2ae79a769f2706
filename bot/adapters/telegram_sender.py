"""Sending over the Bot API, with its errors told apart by what to do about them."""

import datetime as dt
from typing import Any

from telegram import Bot
from telegram.error import BadRequest, Forbidden, RetryAfter

from bot.errors import ChatGoneError, SendLaterError, SendRefusedError

_GONE = ("chat not found", "user is deactivated", "group chat was deleted", "bot was kicked")


class TelegramSender:
    """Makes calls of the Bot API."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, method: str, data: dict[str, Any]) -> None:
        """Make one call; raises SendLaterError, ChatGoneError, SendRefusedError, or the library's NetworkError."""
        try:
            await self._bot.do_api_request(method, api_kwargs=data)
        except RetryAfter as error:
            wait = error.retry_after
            raise SendLaterError(wait.total_seconds() if isinstance(wait, dt.timedelta) else float(wait)) from None
        except Forbidden as error:
            raise ChatGoneError(error.message) from None
        except BadRequest as error:  # a subclass of NetworkError that no waiting mends
            gone = any(phrase in error.message.lower() for phrase in _GONE)
            raise (ChatGoneError if gone else SendRefusedError)(error.message) from None
