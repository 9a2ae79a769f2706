"""The checks of reply_markup."""

from typing import Any

from tests.fakes.errors import ApiError, Json, bad_request
from tests.fakes.html_entities import utf16_length

MAX_BUTTONS = 100
ACTIONS = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    }
)
INLINE_KEYS = ACTIONS | {"text", "style", "icon_custom_emoji_id"}
REPLY_KEYS = frozenset(
    {
        "text",
        "request_contact",
        "request_location",
        "request_poll",
        "request_chat",
        "request_users",
        "request_managed_bot",
        "web_app",
        "style",
        "icon_custom_emoji_id",
    }
)


def check_reply_markup(markup: Any, *, inline_only: bool = False) -> Json | None:
    """Return the markup if it is one that Telegram accepts, None if there is none."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        reason = "object expected as reply markup"
        raise bad_request(reason)
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"], "inline_keyboard")
        for button in _buttons(rows):
            _check_inline_button(button)
        # Telegram drops empty rows, and a keyboard of none is no keyboard.
        kept = [row for row in rows if row]
        return {"inline_keyboard": kept} if kept else None
    if inline_only:
        reason = "inline keyboard expected"
        raise bad_request(reason)
    if "keyboard" in markup:
        for button in _buttons(_rows(markup["keyboard"], "keyboard")):
            _check_reply_button(button)
    elif not (markup.get("remove_keyboard") is True or markup.get("force_reply") is True):
        reason = "can't parse reply keyboard markup JSON object"
        raise bad_request(reason)
    return markup


def _rows(value: Any, name: str) -> list[list[Any]]:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        reason = f'Field "{name}" must be an Array of Arrays'
        raise bad_request(reason)
    return value


def _buttons(rows: list[list[Any]]) -> list[Any]:
    buttons = [button for row in rows for button in row]
    if len(buttons) > MAX_BUTTONS:
        reason = "reply markup is too long"
        raise bad_request(reason)
    return buttons


def _unparsable(reason: str, kind: str = "inline keyboard button") -> ApiError:
    return bad_request(f"can't parse {kind}: {reason}")


def _check_inline_button(button: Any) -> None:
    if not isinstance(button, dict):
        reason = "InlineKeyboardButton must be an Object"
        raise _unparsable(reason)
    if unknown := sorted(set(button) - INLINE_KEYS):
        reason = f'unknown field "{unknown[0]}"'
        raise _unparsable(reason)
    if not isinstance(button.get("text"), str):
        reason = 'Can\'t find field "text"'
        raise _unparsable(reason)
    if not button["text"].strip():
        reason = "inline keyboard button text must be non-empty"
        raise bad_request(reason)
    actions = sorted(set(button) & ACTIONS)
    if not actions:
        reason = "Text buttons are unallowed in the inline keyboard"
        raise _unparsable(reason)
    if len(actions) > 1:
        reason = f"exactly one action expected, found {', '.join(actions)}"
        raise _unparsable(reason)
    _check_action(actions[0], button[actions[0]])


def _check_action(action: str, value: Any) -> None:
    if action == "callback_data":
        size = len(value.encode()) if isinstance(value, str) else 0
        if not 1 <= size <= 64:
            reason = "BUTTON_DATA_INVALID"
            raise bad_request(reason)
    elif action == "url":
        schemes = ("http://", "https://", "tg://")
        if not isinstance(value, str) or not value.startswith(schemes) or value in schemes:
            reason = f"inline keyboard button URL '{value}' is invalid: Unsupported URL protocol"
            raise bad_request(reason)
    elif action == "copy_text":
        text = value.get("text") if isinstance(value, dict) and set(value) == {"text"} else None
        if not isinstance(text, str) or not 1 <= utf16_length(text) <= 256:
            reason = "BUTTON_COPY_TEXT_INVALID"
            raise bad_request(reason)


def _check_reply_button(button: Any) -> None:
    kind = "keyboard button"
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict) or set(button) - REPLY_KEYS:
        reason = "unknown field or not an Object"
        raise _unparsable(reason, kind)
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        reason = "keyboard button text must be non-empty"
        raise bad_request(reason)
