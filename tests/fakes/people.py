"""What people do in Telegram: each act becomes an update for the bot."""

import copy
import re
from typing import Any

from tests.fakes.errors import Json
from tests.fakes.html_entities import utf16_length
from tests.fakes.methods import change_membership
from tests.fakes.world import Chat, World

_BOT_COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@\w+)?")
# Telegram numbers supergroups below this, basic groups above.
SUPERGROUPS_BELOW = -1_000_000_000_000


class People:
    """The acts of users, one method each; every one returns the update that it made."""

    def __init__(self, world: World) -> None:
        """Act in this world."""
        self.world = world

    def push(self, update: Json) -> Json:
        """Queue a raw update; it is numbered unless it has an update_id."""
        with self.world.changed:
            return self.world.push(update)

    def send_text(
        self,
        chat_id: int,
        text: str,
        *,
        user_id: int | None = None,
        language_code: str | None = None,
        first_name: str | None = None,
        message_id: int | None = None,
        update_id: int | None = None,
        **fields: Any,
    ) -> Json:
        """Send a text; further fields of the message can be given as they are."""
        content = {"text": text, **_commands_in(text), **fields}
        who = {"language_code": language_code, "first_name": first_name}
        return self._send(chat_id, content, user_id, who, message_id, update_id)

    def send_voice(self, chat_id: int, *, user_id: int | None = None, duration: int = 3, **fields: Any) -> Json:
        """Send a voice message."""
        with self.world.changed:
            voice = self.world.new_file(duration=duration, mime_type="audio/ogg", file_size=duration * 4000)
            return self._send(chat_id, {"voice": voice, **fields}, user_id)

    def send_photo(self, chat_id: int, *, user_id: int | None = None, caption: str = "", **fields: Any) -> Json:
        """Send a photo in two sizes."""
        with self.world.changed:
            sizes = [self.world.new_file(width=side, height=side, file_size=side * 10) for side in (90, 800)]
            content = {"photo": sizes, **({"caption": caption} if caption else {}), **fields}
            return self._send(chat_id, content, user_id)

    def send_sticker(self, chat_id: int, *, user_id: int | None = None, emoji: str = "👍", **fields: Any) -> Json:
        """Send a sticker."""
        with self.world.changed:
            sticker = self.world.new_file(
                type="regular",
                width=512,
                height=512,
                is_animated=False,
                is_video=False,
                emoji=emoji,
            )
            return self._send(chat_id, {"sticker": sticker, **fields}, user_id)

    def send_location(
        self,
        chat_id: int,
        latitude: float,
        longitude: float,
        *,
        user_id: int | None = None,
        **fields: Any,
    ) -> Json:
        """Send a point on the map."""
        location = {"latitude": latitude, "longitude": longitude}
        return self._send(chat_id, {"location": location, **fields}, user_id)

    def send_document(
        self,
        chat_id: int,
        *,
        user_id: int | None = None,
        file_name: str = "letter.pdf",
        mime_type: str = "application/pdf",
        file_size: int = 1000,
        caption: str = "",
        **fields: Any,
    ) -> Json:
        """Send a file."""
        with self.world.changed:
            document = self.world.new_file(file_name=file_name, mime_type=mime_type, file_size=file_size)
            content = {"document": document, **({"caption": caption} if caption else {}), **fields}
            return self._send(chat_id, content, user_id)

    def forward_text(
        self,
        chat_id: int,
        text: str,
        *,
        user_id: int | None = None,
        sender_name: str = "Somebody else",
        **fields: Any,
    ) -> Json:
        """Forward a text of somebody who hides the account."""
        origin = {
            "type": "hidden_user",
            "date": self.world.now(),
            "sender_user_name": sender_name,
        }
        content = {"text": text, "forward_origin": origin, **_commands_in(text), **fields}
        return self._send(chat_id, content, user_id)

    def edit_text(self, chat_id: int, message_id: int, text: str, *, update_id: int | None = None) -> Json:
        """Edit a message that a user sent."""
        with self.world.changed:
            message = self._chat(chat_id).messages[message_id]
            if message["from"]["is_bot"]:
                reason = "users cannot edit the bot's messages"
                raise ValueError(reason)
            message.pop("entities", None)
            message |= {"text": text, "edit_date": self.world.now(), **_commands_in(text)}
            return self._push({"edited_message": copy.deepcopy(message)}, update_id)

    def press(
        self,
        chat_id: int,
        message_id: int,
        label_or_data: str,
        *,
        user_id: int | None = None,
        update_id: int | None = None,
    ) -> Json:
        """Press a button of a message that is there, named by its data or its label."""
        with self.world.changed:
            message = self._chat(chat_id).messages.get(message_id)
            if message is None:
                reason = f"there is no message {message_id} in chat {chat_id}"
                raise LookupError(reason)
            data = _button_data(message, label_or_data)
            query = {
                "id": f"{chat_id}-{message_id}-{self.world.updates.next_id}",
                "from": self._user(chat_id, user_id),
                "message": copy.deepcopy(message),
                "chat_instance": f"instance{chat_id}",
                "data": data,
            }
            return self._push({"callback_query": query}, update_id)

    def expire_callbacks(self) -> None:
        """Make all callback queries too old to be answered."""
        with self.world.changed:
            self.world.open_queries.clear()

    def add_to_group(
        self,
        chat_id: int,
        *,
        user_id: int,
        title: str = "Group",
        chat_type: str | None = None,
    ) -> Json:
        """Add the bot to a group, which becomes known by that."""
        with self.world.changed:
            if chat_id in self.world.chats:
                chat = self._chat(chat_id)
            else:
                chat = self._group(chat_id, title, chat_type)
                chat.membership = "left"
            if chat.membership == "member":
                reason = f"the bot is in chat {chat_id} already"
                raise ValueError(reason)
            return change_membership(self.world, chat, self._user(chat_id, user_id), "member")

    def remove_from_group(self, chat_id: int, *, user_id: int) -> Json:
        """Throw the bot out of a group."""
        with self.world.changed:
            user = self._user(chat_id, user_id)
            return change_membership(self.world, self._chat(chat_id), user, "kicked")

    def block(self, chat_id: int) -> Json:
        """Block the bot: it gets my_chat_member, and 403 for what it sends."""
        return self._set_blocked(chat_id, blocked=True)

    def unblock(self, chat_id: int) -> Json:
        """Unblock the bot."""
        return self._set_blocked(chat_id, blocked=False)

    def _set_blocked(self, chat_id: int, *, blocked: bool) -> Json:
        with self.world.changed:
            chat = self._chat(chat_id)
            if not chat.is_private or chat.blocked is blocked:
                reason = f"chat {chat_id} is not a private chat in the other state"
                raise ValueError(reason)
            status = "kicked" if blocked else "member"
            return change_membership(self.world, chat, self._user(chat_id, None), status)

    def _send(
        self,
        chat_id: int,
        content: Json,
        user_id: int | None,
        who: Json | None = None,
        message_id: int | None = None,
        update_id: int | None = None,
    ) -> Json:
        """Post a user's message and queue it."""
        with self.world.changed:
            user = self._user(chat_id, user_id, **(who or {}))
            chat = self._private(user) if chat_id > 0 else self._group(chat_id)
            if chat.blocked or chat.membership != "member":
                reason = f"nothing from chat {chat_id} reaches the bot: it is blocked or outside"
                raise ValueError(reason)
            message = self.world.post(chat, {"from": user, **content}, message_id)
            return self._push({"message": copy.deepcopy(message)}, update_id)

    def _push(self, update: Json, update_id: int | None) -> Json:
        return self.world.push(update if update_id is None else {"update_id": update_id, **update})

    def _chat(self, chat_id: int) -> Chat:
        if chat_id not in self.world.chats:
            reason = f"chat {chat_id} is not known"
            raise LookupError(reason)
        return self.world.chats[chat_id]

    def _user(
        self,
        chat_id: int,
        user_id: int | None,
        language_code: str | None = None,
        first_name: str | None = None,
    ) -> Json:
        """Return the user who acts; what is not given stays as it was."""
        if user_id is None:
            if chat_id < 0:
                reason = "in a group user_id is needed"
                raise ValueError(reason)
            user_id = chat_id
        fresh = {"id": user_id, "is_bot": False, "first_name": "Test"}
        user = self.world.users.setdefault(user_id, fresh)
        if language_code is not None:
            user["language_code"] = language_code
        if first_name is not None:
            user["first_name"] = first_name
        return dict(user)

    def _private(self, user: Json) -> Chat:
        info = {"id": user["id"], "type": "private", "first_name": user["first_name"]}
        chat = self.world.chats.setdefault(user["id"], Chat(info))
        chat.info = info
        return chat

    def _group(self, chat_id: int, title: str = "Group", chat_type: str | None = None) -> Chat:
        """Return a group, new ones of the type that the number says."""
        by_number = "supergroup" if chat_id < SUPERGROUPS_BELOW else "group"
        info = {"id": chat_id, "type": chat_type or by_number, "title": title}
        return self.world.chats.setdefault(chat_id, Chat(info))


def _commands_in(text: str) -> Json:
    """Return the bot_command entities, which Telegram finds in the texts of users."""
    entities = [
        {
            "type": "bot_command",
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match.group()),
        }
        for match in _BOT_COMMAND.finditer(text)
    ]
    return {"entities": entities} if entities else {}


def _button_data(message: Json, label_or_data: str) -> str:
    """Return the callback data of the button; the data itself counts before the label."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    for key in ("callback_data", "text"):
        for button in buttons:
            if button.get(key) == label_or_data and "callback_data" in button:
                return str(button["callback_data"])
    labels = [button["text"] for button in buttons]
    reason = f"no button {label_or_data!r} to press in message {message['message_id']}: {labels}"
    raise LookupError(reason)
