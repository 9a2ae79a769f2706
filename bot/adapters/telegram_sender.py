"""Sending over the Bot API, with its errors told apart by what to do about them."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, TelegramObject
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.errors import BotError, ChatGoneError, SendLaterError, SendRefusedError, SettingsError

REFUSED_TOKEN = "Telegram refuses TELEGRAM_BOT_TOKEN: copy it again from @BotFather."  # noqa: S105 - a sentence
_OBJECTS: dict[str, type[TelegramObject]] = {
    "reply_markup": InlineKeyboardMarkup,
    "link_preview_options": LinkPreviewOptions,
}
_GONE = ("chat not found", "user is deactivated", "group chat was deleted", "bot was kicked")


class TelegramSender:
    """Makes calls of the Bot API."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._methods: dict[str, Callable[..., Awaitable[Any]]] = {
            "sendMessage": bot.send_message,
            "answerCallbackQuery": bot.answer_callback_query,
            "leaveChat": bot.leave_chat,
        }

    async def send(self, method: str, data: dict[str, Any]) -> None:
        """Make one call; raises SendLaterError, ChatGoneError, SendRefusedError, or the library's NetworkError."""
        try:
            await self._methods[method](**self._read(data))
        except RetryAfter as error:
            raise SendLaterError(read_wait(error)) from None
        except Forbidden as error:
            raise ChatGoneError(error.message) from None
        except BadRequest as error:  # a subclass of NetworkError that no waiting mends
            gone = any(phrase in error.message.lower() for phrase in _GONE)
            raise (ChatGoneError if gone else SendRefusedError)(error.message) from None

    def _read(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return the values as the library's own objects."""
        objects = {name: kind.de_json(data[name], self._bot) for name, kind in _OBJECTS.items() if name in data}
        return {**data, **objects}


def read_wait(error: RetryAfter) -> float:
    """Return the seconds that Telegram asks to wait; the library says them as number or as timedelta."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, dt.timedelta) else float(wait)


async def find_bot_name(token: str, api_url: str) -> str:
    """Return the user name of the bot; raises SettingsError for a refused token, BotError without connection."""
    try:
        async with Bot(token, base_url=f"{api_url.rstrip('/')}/bot") as bot:
            return str(bot.username)
    except InvalidToken:
        raise SettingsError(REFUSED_TOKEN) from None
    except TelegramError as error:
        raise BotError(f"Telegram cannot be reached ({type(error).__name__}).") from None
