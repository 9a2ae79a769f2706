"""The application of python-telegram-bot: one visible table of handlers, in order."""

from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.telegram.handlers import Handlers

ALLOWED_UPDATES = [Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]
_GROUPS = filters.ChatType.GROUPS | filters.ChatType.CHANNEL


def add_handlers(application: Application[Any, Any, Any, Any, Any, Any], handlers: Handlers) -> None:
    """Add the handlers. The first that fits takes the update, so the order matters.

    - groups before all else: the bot answers in private chats only, and leaves groups;
    - forwarded messages before text and pictures: they are somebody else's words;
    - commands before text, since a command is a text too;
    - whatever fits nothing is finished by the last, so that no inbox row stays open.
    """
    application.add_handlers(
        [
            ChatMemberHandler(handlers.note_membership, ChatMemberHandler.MY_CHAT_MEMBER, chat_id=None),
            MessageHandler(_GROUPS, handlers.leave_group),
            CallbackQueryHandler(handlers.press),
            MessageHandler(filters.FORWARDED, handlers.forwarded),
            MessageHandler(filters.COMMAND, handlers.command),
            MessageHandler(filters.TEXT, handlers.text),
            MessageHandler(filters.PHOTO | filters.Document.ALL | filters.VIDEO, handlers.photo),
            MessageHandler(filters.VOICE | filters.AUDIO | filters.VIDEO_NOTE, handlers.voice),
            MessageHandler(filters.Sticker.ALL, handlers.sticker),
            MessageHandler(filters.LOCATION, handlers.location),
            TypeHandler(Update, handlers.other),
        ]
    )
    application.add_error_handler(handlers.error)


def build_application(
    token: str,
    api_url: str,
    handlers: Handlers,
    builder: ApplicationBuilder[Any, Any, Any, Any, Any, Any] | None = None,
) -> Application[Any, Any, Any, Any, Any, Any]:
    """Return an application that gets its updates from the inbox, not from the library's own updater."""
    builder = builder or ApplicationBuilder()
    application = (
        builder.token(token).base_url(f"{api_url}/bot").base_file_url(f"{api_url}/file/bot").updater(None).build()
    )
    add_handlers(application, handlers)
    return application
