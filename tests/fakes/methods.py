"""The methods of the Bot API that concern chats and messages."""

import copy
from collections.abc import Callable
from typing import Any

from tests.fakes.errors import Json, bad_request
from tests.fakes.html_entities import parse_html, strip_text, utf16_length
from tests.fakes.markup import check_reply_markup
from tests.fakes.params import Params
from tests.fakes.profile import PROFILE_METHODS
from tests.fakes.world import Chat, World

type Method = Callable[[World, Params], Any]

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_ANSWER = 200
MAX_DELETED = 100
DELETABLE_SECONDS = 48 * 3600
ENTITY_KEYS = frozenset({"type", "offset", "length", "url", "user", "language", "custom_emoji_id"})
CHAT_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def get_me(world: World, _params: Params) -> Json:
    """Return the bot."""
    return world.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


def formatted(params: Params, name: str, limit: int, too_long: str) -> tuple[str, list[Json]]:
    """Return a text parameter and its entities after parsing and trimming."""
    text = params.text(name)
    entities: list[Json] = []
    mode = params.text("parse_mode").lower()
    if mode == "html":
        text, entities = parse_html(text)
    elif mode:
        reason = "unsupported parse_mode"
        raise bad_request(reason)
    elif params.has("entities"):
        entities = _checked_entities(params.json("entities"), text)
    text, entities = strip_text(text, entities)
    if utf16_length(text) > limit:
        raise bad_request(too_long)
    return text, entities


def _checked_entities(entities: Any, text: str) -> list[Json]:
    end = utf16_length(text)
    for entity in entities if isinstance(entities, list) else [None]:
        if not isinstance(entity, dict) or set(entity) - ENTITY_KEYS or "type" not in entity:
            reason = "can't parse MessageEntity"
            raise bad_request(reason)
        if not 0 <= entity["offset"] < entity["offset"] + entity["length"] <= end:
            reason = "entity is out of the bounds of the text"
            raise bad_request(reason)
    return list(entities)


def message_text(params: Params) -> Json:
    """Return the text and the entities of a message."""
    if not params.text("text"):
        reason = "message text is empty"
        raise bad_request(reason)
    text, entities = formatted(params, "text", MAX_TEXT, "message is too long")
    if not text:
        reason = "text must be non-empty"
        raise bad_request(reason)
    content: Json = {"text": text}
    if entities:
        content["entities"] = entities
    if preview := params.json("link_preview_options"):
        content["link_preview_options"] = preview
    return content


def _send(world: World, params: Params, content: Json) -> Json:
    """Post a message of the bot with what all kinds of messages have in common."""
    chat = world.writable_chat_of(params)
    markup = check_reply_markup(params.json("reply_markup"))
    extra: Json = {"from": dict(world.bot)}
    if replied := _replied(chat, params):
        extra["reply_to_message"] = replied
    if markup and "inline_keyboard" in markup:
        # A message shows inline keyboards only; the other markups change the user's keyboard.
        extra["reply_markup"] = markup
    if params.flag("protect_content"):
        extra["has_protected_content"] = True
    params.flag("disable_notification")
    return copy.deepcopy(world.post(chat, extra | content))


def _replied(chat: Chat, params: Params) -> Json | None:
    reply = params.json("reply_parameters")
    if not reply:
        return None
    if not isinstance(reply, dict) or not isinstance(reply.get("message_id"), int):
        reason = "can't parse reply parameters"
        raise bad_request(reason)
    replied = chat.messages.get(reply["message_id"])
    if replied is None:
        if reply.get("allow_sending_without_reply"):
            return None
        reason = "message to be replied not found"
        raise bad_request(reason)
    # Telegram cuts the chain of replies after the first.
    return {key: value for key, value in replied.items() if key != "reply_to_message"}


def send_message(world: World, params: Params) -> Json:
    """Send a text."""
    world.writable_chat_of(params)
    return _send(world, params, message_text(params))


def _location(params: Params) -> Json:
    latitude, longitude = params.number("latitude"), params.number("longitude")
    if not -90 <= latitude <= 90 or not -180 <= longitude <= 180:
        reason = "wrong location specified"
        raise bad_request(reason)
    return {"latitude": latitude, "longitude": longitude}


def send_location(world: World, params: Params) -> Json:
    """Send a point on the map."""
    world.writable_chat_of(params)
    return _send(world, params, {"location": _location(params)})


def send_venue(world: World, params: Params) -> Json:
    """Send a place with its name and address."""
    world.writable_chat_of(params)
    location = _location(params)
    venue: Json = {"location": location}
    for name in ("title", "address"):
        if not params.text(name).strip():
            reason = f"venue {name} must be non-empty"
            raise bad_request(reason)
        venue[name] = params.text(name)
    return _send(world, params, {"venue": venue, "location": location})


def send_document(world: World, params: Params) -> Json:
    """Send a file; only its name, kind and size are kept."""
    world.writable_chat_of(params)
    content: Json = {"document": _document(world, params)}
    caption, entities = formatted(params, "caption", MAX_CAPTION, "message caption is too long")
    if caption:
        content["caption"] = caption
    if entities:
        content["caption_entities"] = entities
    return _send(world, params, content)


def _document(world: World, params: Params) -> Json:
    reference = params.text("document")
    upload = params.files.get(reference.removeprefix("attach://") or "document")
    if upload is not None:
        if not upload.size:
            reason = "file must be non-empty"
            raise bad_request(reason)
        return world.new_file(file_name=upload.file_name, mime_type=upload.mime_type, file_size=upload.size)
    if not reference:
        reason = "there is no document in the request"
        raise bad_request(reason)
    if reference not in world.files:
        reason = "wrong remote file identifier specified: Wrong string length"
        raise bad_request(reason)
    return world.files[reference]


def _own_message(world: World, params: Params) -> Json:
    """Return the message that a call wants to edit."""
    chat = world.writable_chat_of(params)
    if not params.has("message_id"):
        reason = "message identifier is not specified"
        raise bad_request(reason)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        reason = "message to edit not found"
        raise bad_request(reason)
    if message.get("from", {}).get("id") != world.bot["id"]:
        reason = "message can't be edited"
        raise bad_request(reason)
    return message


def _replace(world: World, message: Json, new: Json) -> Json:
    """Put the new state of a message in the place of the old one, if it differs."""
    content = {key: value for key, value in message.items() if key != "edit_date"}
    if content == new:
        raise bad_request(NOT_MODIFIED)
    message.clear()
    message.update(new | {"edit_date": world.now()})
    world.changed.notify_all()
    return copy.deepcopy(message)


def edit_message_text(world: World, params: Params) -> Json:
    """Change the text; a keyboard that is not given again goes away."""
    message = _own_message(world, params)
    content = message_text(params)
    if "text" not in message:
        reason = "there is no text in the message to edit"
        raise bad_request(reason)
    markup = check_reply_markup(params.json("reply_markup"), inline_only=True)
    replaced = {"text", "entities", "link_preview_options", "reply_markup", "edit_date"}
    new = {key: value for key, value in message.items() if key not in replaced} | content
    return _replace(world, message, new | ({"reply_markup": markup} if markup else {}))


def edit_message_reply_markup(world: World, params: Params) -> Json:
    """Change the keyboard only."""
    message = _own_message(world, params)
    markup = check_reply_markup(params.json("reply_markup"), inline_only=True)
    replaced = {"reply_markup", "edit_date"}
    new = {key: value for key, value in message.items() if key not in replaced}
    return _replace(world, message, new | ({"reply_markup": markup} if markup else {}))


def _deletable(world: World, chat: Chat, message: Json) -> bool:
    """Tell whether the bot, which administers no group, may delete a message."""
    own = message.get("from", {}).get("id") == world.bot["id"]
    return (own or chat.is_private) and world.now() - message["date"] < DELETABLE_SECONDS


def delete_message(world: World, params: Params) -> bool:
    """Delete one message."""
    chat = world.writable_chat_of(params)
    message_id = params.integer("message_id")
    message = chat.messages.get(message_id)
    if message is None:
        reason = "message to delete not found"
        raise bad_request(reason)
    if not _deletable(world, chat, message):
        reason = "message can't be deleted for everyone"
        raise bad_request(reason)
    del chat.messages[message_id]
    world.changed.notify_all()
    return True


def delete_messages(world: World, params: Params) -> bool:
    """Delete several messages; those that are not there are passed over."""
    chat = world.writable_chat_of(params)
    numbers = params.json("message_ids")
    if not isinstance(numbers, list) or not numbers:
        reason = "message identifiers are not specified"
        raise bad_request(reason)
    if len(numbers) > MAX_DELETED:
        reason = "too many message identifiers specified"
        raise bad_request(reason)
    if not all(isinstance(number, int) and number > 0 for number in numbers):
        reason = "invalid message identifier specified"
        raise bad_request(reason)
    found = {number: chat.messages[number] for number in numbers if number in chat.messages}
    if not all(_deletable(world, chat, message) for message in found.values()):
        reason = "message can't be deleted for everyone"
        raise bad_request(reason)
    for number in found:
        del chat.messages[number]
    world.changed.notify_all()
    return True


def answer_callback_query(world: World, params: Params) -> bool:
    """Answer a button once, while the query lives."""
    if utf16_length(params.text("text")) > MAX_ANSWER:
        reason = "MESSAGE_TOO_LONG"
        raise bad_request(reason)
    params.flag("show_alert")
    made = world.open_queries.pop(params.text("callback_query_id"), None)
    if made is None or world.clock() - made > world.callback_lifetime:
        raise bad_request(QUERY_TOO_OLD)
    return True


def send_chat_action(world: World, params: Params) -> bool:
    """Show what the bot is doing."""
    world.writable_chat_of(params)
    if params.text("action") not in CHAT_ACTIONS:
        reason = "wrong parameter action in request"
        raise bad_request(reason)
    return True


def leave_chat(world: World, params: Params) -> bool:
    """Leave a group; the bot is told of it by an update of its own."""
    chat = world.chat_of(params)
    if chat.is_private:
        reason = "chat member status can't be changed in private chats"
        raise bad_request(reason)
    world.writable_chat_of(params)
    change_membership(world, chat, dict(world.bot), "left")
    return True


def change_membership(world: World, chat: Chat, actor: Json, status: str) -> Json:
    """Record the bot's new standing in a chat and tell the bot by my_chat_member."""
    old = "kicked" if chat.blocked else chat.membership
    if chat.is_private:
        chat.blocked = status == "kicked"
    else:
        chat.membership = status
    return world.push(
        {
            "my_chat_member": {
                "chat": dict(chat.info),
                "from": dict(actor),
                "date": world.now(),
                "old_chat_member": _chat_member(world, old),
                "new_chat_member": _chat_member(world, status),
            }
        }
    )


def _chat_member(world: World, status: str) -> Json:
    member: Json = {"user": dict(world.bot), "status": status}
    return member | {"until_date": 0} if status == "kicked" else member


def get_chat(world: World, params: Params) -> Json:
    """Return a chat with the fields that ChatFullInfo always has."""
    chat = world.chat_of(params)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    return chat.info | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), True),
    }


def set_webhook(world: World, params: Params) -> bool:
    """Set the webhook; no update is ever sent to it, getUpdates just stops to work."""
    world.updates.allow(params.json("allowed_updates"))
    world.updates.set_webhook(params.text("url"), drop_pending=params.flag("drop_pending_updates"))
    return True


def delete_webhook(world: World, params: Params) -> bool:
    """Remove the webhook."""
    world.updates.set_webhook("", drop_pending=params.flag("drop_pending_updates"))
    return True


def get_webhook_info(world: World, _params: Params) -> Json:
    """Describe the webhook."""
    updates = world.updates
    info: Json = {
        "url": updates.webhook_url,
        "has_custom_certificate": False,
        "pending_update_count": len(updates.pending),
    }
    return info | ({"allowed_updates": sorted(updates.allowed)} if updates.allowed else {})


# getUpdates is not here: it waits, so the server carries it out itself.
METHODS: dict[str, Method] = {
    "getMe": get_me,
    "sendMessage": send_message,
    "sendLocation": send_location,
    "sendVenue": send_venue,
    "sendDocument": send_document,
    "sendChatAction": send_chat_action,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback_query,
    "leaveChat": leave_chat,
    "getChat": get_chat,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    **PROFILE_METHODS,
}
