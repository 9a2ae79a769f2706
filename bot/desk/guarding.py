"""What every answer of the desk carries, and how often somebody may try to sign in."""

from typing import Any

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Nothing from elsewhere, no script or style inside a page: what gets into a text cannot run.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
_TLS = {"strict-transport-security": "max-age=31536000"}
_STATIC = "/static/"
_LONGEST_NAME = 80


class SecurityHeaders:
    """Adds the headers; pages with people's words in them are stored in no cache."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    @classmethod
    def middleware(cls) -> Middleware:
        """Return it as Starlette takes it."""
        return Middleware(cls)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        cache = "public, max-age=3600" if scope["path"].startswith(_STATIC) else "no-store"
        headers = _HEADERS | {"cache-control": cache} | (_TLS if scope.get("scheme") == "https" else {})

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                known: list[Any] = message["headers"]
                names = {name for name, _ in known}
                known += [(k.encode(), v.encode()) for k, v in headers.items() if k.encode() not in names]
            await send(message)

        await self._app(scope, receive, add)


class Attempts:
    """Counts tries to sign in, in memory: five a quarter of an hour for a name, thirty for an address."""

    _BY_NAME, _BY_ADDRESS = parse("5 per 15 minutes"), parse("30 per 15 minutes")

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def take(self, name: str, address: str) -> bool:
        """Count a try and tell whether it is allowed."""
        # Who has tried too much from one place locks no further names, and fills no memory with them.
        return self._limiter.hit(self._BY_ADDRESS, "address", address) and self._limiter.hit(
            self._BY_NAME, "name", _fold(name)
        )

    def forget(self, name: str) -> None:
        """Begin anew for a name that was let in."""
        self._limiter.clear(self._BY_NAME, "name", _fold(name))


def _fold(name: str) -> str:
    return name.casefold()[:_LONGEST_NAME]
