"""The methods that set and read the bot's profile, by language."""

import json
import re
from collections.abc import Callable
from typing import Any

from tests.fakes.errors import Json, bad_request
from tests.fakes.html_entities import utf16_length
from tests.fakes.params import Params
from tests.fakes.world import World

MAX_COMMANDS = 100
MAX_COMMAND_DESCRIPTION = 256
MAX_NAME = 64
MAX_DESCRIPTION = 512
MAX_SHORT_DESCRIPTION = 120

SCOPES = {
    "default": set[str](),
    "all_private_chats": set[str](),
    "all_group_chats": set[str](),
    "all_chat_administrators": set[str](),
    "chat": {"chat_id"},
    "chat_administrators": {"chat_id"},
    "chat_member": {"chat_id", "user_id"},
}
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"([a-z]{2})?")


def _language(params: Params) -> str:
    code = params.text("language_code")
    if not _LANGUAGE.fullmatch(code):
        reason = "invalid language code specified"
        raise bad_request(reason)
    return code


def _command_key(world: World, params: Params) -> tuple[str, str]:
    """Return scope and language, under which a list of commands is kept."""
    scope = params.json("scope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind not in SCOPES or set(scope) - {"type"} != SCOPES[kind]:
        reason = "can't parse BotCommandScope"
        raise bad_request(reason)
    if "chat_id" in scope and scope["chat_id"] not in world.chats:
        reason = "chat not found"
        raise bad_request(reason)
    return json.dumps(scope, sort_keys=True), _language(params)


def _checked_command(command: Any) -> Json:
    if not isinstance(command, dict) or {"command", "description"} - set(command):
        reason = "can't parse BotCommand"
        raise bad_request(reason)
    name, description = command["command"], command["description"]
    # Clients show the slash themselves, and Telegram takes one away in front of the name.
    if not isinstance(name, str) or not _COMMAND.fullmatch(name.removeprefix("/")):
        reason = "BOT_COMMAND_INVALID"
        raise bad_request(reason)
    fits = isinstance(description, str) and bool(description.strip())
    if not fits or utf16_length(description) > MAX_COMMAND_DESCRIPTION:
        reason = "BOT_COMMAND_DESCRIPTION_INVALID"
        raise bad_request(reason)
    return {"command": name.removeprefix("/"), "description": description}


def set_my_commands(world: World, params: Params) -> bool:
    """Set the commands of a scope and a language."""
    commands = params.json("commands")
    if not isinstance(commands, list):
        reason = "can't parse commands JSON object"
        raise bad_request(reason)
    if len(commands) > MAX_COMMANDS:
        reason = "BOT_COMMANDS_TOO_MUCH"
        raise bad_request(reason)
    key = _command_key(world, params)
    world.commands[key] = [_checked_command(command) for command in commands]
    return True


def get_my_commands(world: World, params: Params) -> list[Json]:
    """Return the commands of exactly this scope and language."""
    return world.commands.get(_command_key(world, params), [])


def delete_my_commands(world: World, params: Params) -> bool:
    """Remove the commands of a scope and a language."""
    world.commands.pop(_command_key(world, params), None)
    return True


def _text_setter(field: str, parameter: str, limit: int) -> Callable[[World, Params], bool]:
    """Return the method that sets one of the profile's texts; an empty text removes it."""

    def set_text(world: World, params: Params) -> bool:
        language = _language(params)
        text = params.text(parameter)
        if utf16_length(text) > limit:
            reason = f"{parameter} is too long"
            raise bad_request(reason)
        texts: dict[str, str] = getattr(world, field)
        texts.pop(language, None)
        if text:
            texts[language] = text
        return True

    return set_text


def _text_getter(field: str, parameter: str) -> Callable[[World, Params], Json]:
    """Return the method that reads one of the profile's texts in exactly one language."""

    def get_text(world: World, params: Params) -> Json:
        texts: dict[str, str] = getattr(world, field)
        return {parameter: texts.get(_language(params), "")}

    return get_text


def get_my_name(world: World, params: Params) -> Json:
    """Return the name in a language; a bot always has one, so the default stands in."""
    default = world.names.get("", world.bot["first_name"])
    return {"name": world.names.get(_language(params), default)}


PROFILE_METHODS: dict[str, Callable[[World, Params], Any]] = {
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": _text_setter("names", "name", MAX_NAME),
    "getMyName": get_my_name,
    "setMyDescription": _text_setter("descriptions", "description", MAX_DESCRIPTION),
    "getMyDescription": _text_getter("descriptions", "description"),
    "setMyShortDescription": _text_setter("short_descriptions", "short_description", MAX_SHORT_DESCRIPTION),
    "getMyShortDescription": _text_getter("short_descriptions", "short_description"),
}
