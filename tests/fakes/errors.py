"""The ways in which a call of the Bot API ends badly."""

from http import HTTPStatus
from typing import Any

type Json = dict[str, Any]


class ApiError(Exception):
    """A refusal, as the Bot API words it."""

    def __init__(self, status: int, description: str, parameters: Json | None = None) -> None:
        """Keep the status, the description and the optional ResponseParameters."""
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> Json:
        """Return the JSON object that goes over the wire."""
        body: Json = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class ConnectionDropped(Exception):  # noqa: N818 - it is an event that was asked for
    """The connection ends without an answer."""


def bad_request(reason: str) -> ApiError:
    """Return a 400 in Telegram's wording."""
    return ApiError(HTTPStatus.BAD_REQUEST, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """Return a 403 in Telegram's wording."""
    return ApiError(HTTPStatus.FORBIDDEN, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    """Return a 409 in Telegram's wording."""
    return ApiError(HTTPStatus.CONFLICT, f"Conflict: {reason}")


def too_many_requests(retry_after: int) -> ApiError:
    """Return the 429 of Telegram's flood control."""
    return ApiError(
        HTTPStatus.TOO_MANY_REQUESTS,
        f"Too Many Requests: retry after {retry_after}",
        {"retry_after": retry_after},
    )
