"""The handlers: each takes what it needs from the update, asks the conversation, and hands the outcome on."""

from dataclasses import replace
from typing import Any

from telegram import Chat, ChatMember, Update
from telegram.ext import ContextTypes

from bot.messages.conversation import SHOW, ChatState, Outcome
from bot.services.deep_links import CONNECT
from bot.services.reading import read_message
from bot.telegram.dialogue import Dialogue, Respond
from bot.telegram.doorkeeping import Doorkeeping
from bot.telegram.intake import find_answered_item

Context = ContextTypes.DEFAULT_TYPE


class Handlers:
    """The coroutines of the handler table in bot/telegram/application.py."""

    def __init__(self, dialogue: Dialogue, door: Doorkeeping, volunteers_group: int | None) -> None:
        self._dialogue = dialogue
        self._door = door
        self._volunteers_group = volunteers_group

    async def leave_group(self, update: Update, _: Context) -> None:
        """Leave a group, unless it is the volunteers' own: there the bot stays and is silent."""
        chat = _chat(update)
        stays = chat.id == self._volunteers_group
        await self._dialogue.finish(
            update.update_id, chat.id, *(() if stays else (("leaveChat", {"chat_id": chat.id}),))
        )

    async def note_membership(self, update: Update, context: Context) -> None:
        """Note that a person blocked the bot, and leave a group that somebody added it to."""
        change = update.my_chat_member
        status = change.new_chat_member.status if change else None
        if _chat(update).type != Chat.PRIVATE and status in {ChatMember.MEMBER, ChatMember.ADMINISTRATOR}:
            await self.leave_group(update, context)
        else:
            gone = _chat(update).type == Chat.PRIVATE and status == ChatMember.BANNED
            await self._dialogue.finish(update.update_id, _chat(update).id, blocked=gone)

    async def press(self, update: Update, _: Context) -> None:
        """Reply to a button, and take the waiting sign off it."""
        query = update.callback_query
        assert query is not None
        action, language = query.data or "", query.from_user.language_code
        chat = _chat(update)
        await self._dialogue.respond(
            update.update_id,
            chat.id,
            await self._find_response(action, chat.id, language),
            ("answerCallbackQuery", {"callback_query_id": query.id}),
        )

    async def command(self, update: Update, _: Context) -> None:
        """Reply to a command; an unknown one leads to the help."""
        word, *rest = _text(update).split()
        name, payload = word.removeprefix("/").split("@")[0].lower(), rest[0] if rest else ""
        chat, conversation = _chat(update), self._dialogue.conversation
        if name == "start" and payload.startswith(CONNECT):
            await self._door.connect(update.update_id, chat.id, payload.removeprefix(CONNECT))
        elif name == "start" and payload:
            await self._respond(update, lambda state: conversation.reply_to_link(payload, state, _language(update)))
        elif name == "mydata":
            data = await self._dialogue.load_stored_data(chat.id)
            await self._respond(update, lambda state: conversation.reply_to_mydata(data, state, _language(update)))
        elif name != "desk" or not await self._door.send_link(update.update_id, chat.id):
            await self._respond(update, lambda state: conversation.reply_to_command(name, state, _language(update)))

    async def text(self, update: Update, _: Context) -> None:
        """Reply to a question, or to what a person writes under a volunteer's answer."""
        message = read_message(_text(update), _language(update))
        conversation, number = self._dialogue.conversation, find_answered_item(update.message)

        async def reply(state: ChatState) -> Outcome:
            if not message.text:
                return conversation.reply_to_other("other", state, message.client_language)
            if number is not None and number != state.awaiting_reply:
                state = replace(state, awaiting_reply=number, question=None)
            return await conversation.reply_to_text(message, state)

        await self._respond(update, reply)

    async def photo(self, update: Update, _: Context) -> None:
        """Say that pictures and documents cannot be read, and who reads letters together with people."""
        await self._other(update, "photo")

    async def voice(self, update: Update, _: Context) -> None:
        """Say that voice messages cannot be heard."""
        await self._other(update, "voice")

    async def sticker(self, update: Update, _: Context) -> None:
        """Answer a sticker kindly."""
        await self._other(update, "sticker")

    async def location(self, update: Update, _: Context) -> None:
        """Say that the place is not needed."""
        await self._other(update, "location")

    async def forwarded(self, update: Update, _: Context) -> None:
        """Say that forwarded messages are not read: they are somebody else's words."""
        await self._other(update, "forwarded")

    async def other(self, update: Update, _: Context) -> None:
        """Answer whatever else there is."""
        if update.effective_chat is None or update.effective_message is None:
            await self._dialogue.finish(update.update_id, update.effective_chat.id if update.effective_chat else 0)
        else:
            await self._other(update, "other")

    async def error(self, update: object, context: Context) -> None:
        """Mark the inbox row failed: without this the library would count the update as handled."""
        if isinstance(update, Update) and context.error:
            chat = update.effective_chat
            await self._dialogue.fail(update.update_id, chat.id if chat else None, context.error)

    async def _find_response(self, action: str, chat_id: int, language: str | None) -> Respond:
        """Return what answers a button; what volunteers said is looked up first."""
        conversation = self._dialogue.conversation
        if not action.startswith(SHOW):
            return lambda state: conversation.reply_to_action(action, state, language)
        told = await self._dialogue.load_told(chat_id, action.removeprefix(SHOW))
        return lambda state: conversation.reply_to_show(told, state, language)

    async def _other(self, update: Update, kind: str) -> None:
        conversation = self._dialogue.conversation
        await self._respond(update, lambda state: conversation.reply_to_other(kind, state, _language(update)))

    async def _respond(self, update: Update, respond: Respond) -> None:
        await self._dialogue.respond(update.update_id, _chat(update).id, respond)


def _chat(update: Update) -> Chat:
    chat: Any = update.effective_chat
    return chat  # type: ignore[no-any-return]


def _text(update: Update) -> str:
    return (update.effective_message.text if update.effective_message else None) or ""


def _language(update: Update) -> str | None:
    return update.effective_user.language_code if update.effective_user else None
