"""The parameters of a call, whichever way they came."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from tests.fakes.errors import ApiError, Json, bad_request

# Forms carry these as JSON text; the record of calls shows them decoded.
JSON_PARAMETERS = frozenset(
    {
        "allowed_updates",
        "commands",
        "entities",
        "link_preview_options",
        "message_ids",
        "reply_markup",
        "reply_parameters",
        "scope",
    }
)
_DISPOSITION = re.compile(rb'form-data;.*?\bname="([^"]*)"(?:.*?\bfilename="([^"]*)")?', re.DOTALL)
_CONTENT_TYPE = re.compile(rb"^content-type:\s*([^\r\n]+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Upload:
    """A file that came with a call; of its content only the size is kept."""

    file_name: str
    mime_type: str
    size: int


class Params:
    """Typed access; what cannot be read as the wanted type is refused with a 400."""

    def __init__(self, values: Mapping[str, Any], files: Mapping[str, Upload] | None = None) -> None:
        """Keep the raw values and the uploaded files."""
        self.values = dict(values)
        self.files = dict(files or {})

    def has(self, name: str) -> bool:
        """Tell whether the parameter was given and is not empty."""
        value = self.values.get(name)
        return value is not None and value != ""

    def text(self, name: str, default: str = "") -> str:
        """Return a string parameter."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def integer(self, name: str, default: int | None = None) -> int:
        """Return an integer parameter; without a default it is compulsory."""
        if not self.has(name) and default is not None:
            return default
        try:
            return int(self.text(name))
        except ValueError:
            raise self._unreadable(name, "an integer") from None

    def number(self, name: str) -> float:
        """Return a compulsory floating point parameter."""
        try:
            return float(self.text(name))
        except ValueError:
            raise self._unreadable(name, "a number") from None

    def flag(self, name: str) -> bool:
        """Return a boolean parameter, false if it is absent."""
        value = self.text(name).lower()
        if value in {"", "false", "0", "no"}:
            return False
        if value in {"true", "1", "yes"}:
            return True
        raise self._unreadable(name, "a boolean")

    def _unreadable(self, name: str, kind: str) -> ApiError:
        if not self.has(name):
            return bad_request(f"{name} is empty")
        return bad_request(f"parameter {name} must be {kind}")

    def json(self, name: str) -> Any:
        """Return a parameter that is JSON, None if it is absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            reason = f"can't parse {name} JSON object"
            raise bad_request(reason) from None

    def chat_id(self) -> int | None:
        """Return the chat_id if it is one."""
        try:
            return int(self.text("chat_id"))
        except ValueError:
            return None

    def record(self) -> Json:
        """Return the parameters as the record shows them."""
        return {name: self._recorded(name) for name in self.values} | {
            name: {"file_name": file.file_name, "size": file.size} for name, file in self.files.items()
        }

    def _recorded(self, name: str) -> Any:
        value = self.values[name]
        if name == "chat_id":
            chat_id = self.chat_id()
            return value if chat_id is None else chat_id
        if name in JSON_PARAMETERS and isinstance(value, str):
            try:
                return json.loads(value)
            except ValueError:
                return value
        return value


async def read_params(request: Request) -> Params:
    """Read the query string and the body: a form, a multipart form or JSON."""
    values: Json = dict(request.query_params)
    body = await request.body()
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if not body:
        return Params(values)
    if kind == "application/x-www-form-urlencoded":
        return Params(values | dict(parse_qsl(body.decode(), keep_blank_values=True)))
    if kind == "multipart/form-data":
        fields, files = _read_multipart(body, content_type)
        return Params(values | fields, files)
    if kind == "application/json":
        return Params(values | _read_json(body))
    return Params(values)


def _read_json(body: bytes) -> Json:
    try:
        decoded = json.loads(body)
    except ValueError:
        decoded = None
    if not isinstance(decoded, dict):
        reason = "can't parse request JSON object"
        raise bad_request(reason)
    return decoded


def _read_multipart(body: bytes, content_type: str) -> tuple[Json, dict[str, Upload]]:
    """Split a multipart body; Starlette's own reader needs a package that is not installed."""
    boundary = content_type.partition("boundary=")[2].partition(";")[0].strip().strip('"')
    fields: Json = {}
    files: dict[str, Upload] = {}
    for part in body.split(b"--" + boundary.encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        content = content.removesuffix(b"\r\n")
        disposition = _DISPOSITION.search(head)
        if disposition is None:
            reason = "can't parse the multipart body"
            raise bad_request(reason)
        name, file_name = disposition.groups()
        if file_name is None:
            fields[name.decode()] = content.decode()
            continue
        mime = _CONTENT_TYPE.search(head)
        files[name.decode()] = Upload(
            file_name.decode(),
            mime.group(1).decode() if mime else "application/octet-stream",
            len(content),
        )
    return fields, files
