"""Faults on demand and Telegram's flood control."""

import asyncio
import math
from collections import deque
from dataclasses import dataclass, field

from tests.fakes.errors import ApiError, ConnectionDropped, too_many_requests

ANY = "*"
PER_CHAT_SECONDS = 1.0
OVERALL_SECONDS = 1.0
OVERALL_MESSAGES = 30


@dataclass
class Failure:
    """A refusal that waits for its call."""

    method: str
    error: ApiError
    times: int
    chat_id: int | None

    def matches(self, method: str, chat_id: int | None) -> bool:
        """Tell whether this call is meant."""
        return _meant(self.method, method) and self.chat_id in {None, chat_id}


@dataclass
class Drop:
    """A connection that is to be closed without an answer."""

    method: str
    before: bool
    times: int
    chat_id: int | None

    def matches(self, method: str, chat_id: int | None) -> bool:
        """Tell whether this call is meant."""
        return _meant(self.method, method) and self.chat_id in {None, chat_id}


@dataclass(eq=False)
class Held:
    """A request that hangs until it is released."""

    method: str
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[bool]

    def let_go(self, *, carry_out: bool) -> None:
        """Resume the request from whatever thread, or end its connection."""
        self.loop.call_soon_threadsafe(self._resolve, carry_out)

    def _resolve(self, carry_out: bool) -> None:  # noqa: FBT001 - call_soon passes by position
        if not self.future.done():
            self.future.set_result(carry_out)


def _meant(pattern: str, method: str) -> bool:
    return pattern in {ANY, method}


@dataclass
class FloodControl:
    """At most one message per second and chat, and thirty per second overall."""

    enabled: bool = False
    last_by_chat: dict[int, float] = field(default_factory=dict)
    recent: deque[float] = field(default_factory=deque)

    def check(self, method: str, chat_id: int | None, now: float) -> None:
        """Count a message, or refuse it with 429; refused ones do not count."""
        if not self.enabled or chat_id is None or not is_message(method):
            return
        while self.recent and now - self.recent[0] >= OVERALL_SECONDS:
            self.recent.popleft()
        wait = 0.0
        if chat_id in self.last_by_chat:
            wait = self.last_by_chat[chat_id] + PER_CHAT_SECONDS - now
        if len(self.recent) >= OVERALL_MESSAGES:
            wait = max(wait, self.recent[0] + OVERALL_SECONDS - now)
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        self.last_by_chat[chat_id] = now
        self.recent.append(now)


def is_message(method: str) -> bool:
    """Tell whether the method puts a new message into a chat."""
    return method.startswith("send") and method != "sendChatAction"


class Faults:
    """What is to go wrong; the owner's lock guards every method."""

    def __init__(self) -> None:
        """Start without faults."""
        self.failures: list[Failure] = []
        self.drops: list[Drop] = []
        self.held_methods: set[str] = set()
        self.held: list[Held] = []
        self.flood = FloodControl()

    def take_failure(self, method: str, chat_id: int | None) -> ApiError | None:
        """Return the refusal planned for this call and use it up."""
        for failure in self.failures:
            if failure.matches(method, chat_id):
                failure.times -= 1
                if failure.times <= 0:
                    self.failures.remove(failure)
                return failure.error
        return None

    def take_drop(self, method: str, chat_id: int | None) -> Drop | None:
        """Return the drop planned for this call and use it up."""
        for drop in self.drops:
            if drop.matches(method, chat_id):
                drop.times -= 1
                if drop.times <= 0:
                    self.drops.remove(drop)
                return drop
        return None

    def enter(self, method: str) -> Held | None:
        """Return the wait that a call of a held method has to go through."""
        if not any(_meant(pattern, method) for pattern in self.held_methods):
            return None
        loop = asyncio.get_running_loop()
        held = Held(method, loop, loop.create_future())
        self.held.append(held)
        return held

    def leave(self, held: Held) -> None:
        """Forget a request that no longer hangs."""
        if held in self.held:
            self.held.remove(held)

    def release(self, method: str) -> None:
        """Let the requests that hang go on, and hold no further ones."""
        self.held_methods.discard(method)
        if method == ANY:
            self.held_methods.clear()
        for held in self.held:
            if _meant(method, held.method):
                held.let_go(carry_out=True)

    def cut_held(self) -> None:
        """End the connections of the requests that hang: the server stops."""
        for held in self.held:
            held.let_go(carry_out=False)


async def wait_out(held: Held) -> None:
    """Wait until the request is released."""
    if not await held.future:
        reason = "the server stops"
        raise ConnectionDropped(reason)
