"""The control interface: the methods of `BotApi` over HTTP, for other processes.

``POST /control/<method>`` with a JSON object of the arguments by name (or ``GET`` with a query
string) answers ``{"ok": true, "result": ...}``; a mistake is answered with 400 and the reason.
"""

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.fakes.errors import Json
from tests.fakes.record import Call

if TYPE_CHECKING:
    from tests.fakes.bot_api import BotApi

ACTIONS = frozenset(
    {
        "add_to_group",
        "block",
        "bot_messages",
        "calls",
        "clear_calls",
        "clear_faults",
        "drop_next",
        "edit_text",
        "expire_callbacks",
        "fail_next",
        "forward_text",
        "hold",
        "messages",
        "pending_updates",
        "press",
        "push",
        "release",
        "remove_from_group",
        "send_document",
        "send_location",
        "send_photo",
        "send_sticker",
        "send_text",
        "send_voice",
        "set_callback_lifetime",
        "set_flood_control",
        "set_next_update_id",
        "unblock",
        "wait_for_calls",
        "wait_for_messages",
        "wait_until_confirmed",
        "wait_until_held",
        "wait_until_polling",
    }
)


def control_handler(api: "BotApi") -> Callable[[Request], Awaitable[Response]]:
    """Return the handler of /control/<method>."""

    async def control(request: Request) -> Response:
        action = request.path_params["action"]
        if action not in ACTIONS:
            return _failure(404, f"unknown action {action!r}")
        try:
            arguments = await _arguments(request)
            # Some of them wait, so none of them may run in the loop of the server.
            result = await run_in_threadpool(getattr(api, action), **arguments)
        except TimeoutError as error:
            return _failure(408, str(error))
        except (LookupError, TypeError, ValueError) as error:
            return _failure(400, f"{type(error).__name__}: {error}")
        return JSONResponse({"ok": True, "result": _plain(result)})

    return control


async def _arguments(request: Request) -> Json:
    """Read the arguments; values of a query string are JSON if they look like it."""
    arguments = {name: _value(text) for name, text in request.query_params.items()}
    body = await request.body()
    if body:
        decoded = json.loads(body)
        if not isinstance(decoded, dict):
            reason = "a JSON object of arguments is expected"
            raise TypeError(reason)
        arguments |= decoded
    return arguments


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _plain(result: Any) -> Any:
    """Turn calls into JSON, leave the rest as it is."""
    if isinstance(result, list):
        return [call.as_json() if isinstance(call, Call) else call for call in result]
    return result


def _failure(status: int, description: str) -> Response:
    return JSONResponse({"ok": False, "description": description}, status)
