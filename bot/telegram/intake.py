"""Step 1: from an update only the chosen fields are kept: who to answer, in which language, and the text.

Names, pictures, voices, files, contacts and places never reach the database: of such a message only the fact that
it was one remains, in the smallest form that python-telegram-bot reads back.
"""

from collections.abc import Iterator
from typing import Any, Final

from telegram import InlineKeyboardMarkup, Message

from bot.messages.conversation import ITEM_NUMBER

_FILE: Final = {"file_id": "-", "file_unique_id": "-"}
_REDUCED: Final[dict[str, Any]] = {
    "voice": {**_FILE, "duration": 0},
    "audio": {**_FILE, "duration": 0},
    "video": {**_FILE, "duration": 0, "width": 1, "height": 1},
    "video_note": {**_FILE, "duration": 0, "length": 1},
    "photo": [{**_FILE, "width": 1, "height": 1}],
    "document": _FILE,
    "sticker": {**_FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False},
    "location": {"latitude": 0, "longitude": 0},
    "contact": {"phone_number": "-", "first_name": "-"},
}
MAX_TEXT: Final = 4096
_REPLY: Final = "reply:"


def choose_fields(update: dict[str, Any]) -> dict[str, Any] | None:
    """Return the chosen fields of an update in Telegram's own form, or None for kinds that are of no use."""
    kept: dict[str, Any] = {"update_id": update["update_id"]}
    if message := update.get("message"):
        return {**kept, "message": _message(message)}
    if query := update.get("callback_query"):
        if "message" not in query:
            return None
        reduced = {
            "id": query["id"],
            "from": _person(query["from"]),
            "chat_instance": "-",
            "data": query.get("data", ""),
        }
        origin = query["message"]
        message = {"message_id": origin["message_id"], "date": origin.get("date", 0), "chat": _chat(origin["chat"])}
        return {**kept, "callback_query": {**reduced, "message": message}}
    if change := update.get("my_chat_member"):
        return {**kept, "my_chat_member": _membership(change)}
    return None


def find_chat_id(kept: dict[str, Any]) -> int:
    """Return the chat that an update with chosen fields belongs to."""
    content = kept.get("message") or kept.get("my_chat_member") or kept["callback_query"]["message"]
    return int(content["chat"]["id"])


def find_private_text(kept: dict[str, Any]) -> str | None:
    """Return the text of a private message, or None."""
    message = kept.get("message", {})
    return message.get("text") if message.get("chat", {}).get("type") == "private" else None


def find_answered_item(message: Message | None) -> int | None:
    """Return the number of the question whose answer a message replies to, as the answer's button tells; or None."""
    answer = message.reply_to_message if message else None
    keyboard = answer.reply_markup if answer else None
    if not isinstance(keyboard, InlineKeyboardMarkup):
        return None
    actions = (button.callback_data for row in keyboard.inline_keyboard for button in row)
    numbers = (action.removeprefix(_REPLY) for action in actions if isinstance(action, str))
    return next((int(number) for number in numbers if ITEM_NUMBER.fullmatch(number)), None)


def _message(message: dict[str, Any]) -> dict[str, Any]:
    kept = {"message_id": message["message_id"], "date": message["date"], "chat": _chat(message["chat"])}
    if sender := message.get("from"):
        kept["from"] = _person(sender)
    if "forward_origin" in message:
        kept["forward_origin"] = {"type": "hidden_user", "date": message["date"], "sender_user_name": "-"}
        if "text" in message:
            kept["text"] = "-"
    elif "text" in message:
        kept["text"] = message["text"][:MAX_TEXT]
        if button := next(_reply_buttons(message.get("reply_to_message", {})), None):
            kept["reply_to_message"] = _answer(message["reply_to_message"], button)
        command = [e for e in message.get("entities", []) if e["type"] == "bot_command" and e["offset"] == 0]
        if command:
            kept["entities"] = command
    return {**kept, **{kind: value for kind, value in _REDUCED.items() if kind in message}}


def _reply_buttons(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the buttons of a message of ours that let the person write to the volunteer."""
    for row in answer.get("reply_markup", {}).get("inline_keyboard", []):
        yield from (button for button in row if str(button.get("callback_data", "")).startswith(_REPLY))


def _answer(answer: dict[str, Any], button: dict[str, Any]) -> dict[str, Any]:
    """Return of a volunteer's answer just the button that tells which question it belongs to."""
    markup = {"inline_keyboard": [[{"text": "-", "callback_data": button["callback_data"]}]]}
    head = {"message_id": answer["message_id"], "date": answer.get("date", 0), "chat": _chat(answer["chat"])}
    return {**head, "reply_markup": markup}


def _chat(chat: dict[str, Any]) -> dict[str, Any]:
    return {"id": chat["id"], "type": chat["type"]}


def _person(person: dict[str, Any]) -> dict[str, Any]:
    kept = {"id": person["id"], "is_bot": person.get("is_bot", False), "first_name": "-"}
    return {**kept, **({"language_code": person["language_code"]} if "language_code" in person else {})}


def _membership(change: dict[str, Any]) -> dict[str, Any]:
    def member(state: dict[str, Any]) -> dict[str, Any]:
        until = {"until_date": 0} if state["status"] == "kicked" else {}
        return {"status": state["status"], "user": _person(state["user"]), **until}

    return {
        "chat": _chat(change["chat"]),
        "from": _person(change["from"]),
        "date": change["date"],
        "old_chat_member": member(change["old_chat_member"]),
        "new_chat_member": member(change["new_chat_member"]),
    }
