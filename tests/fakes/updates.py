"""The queue behind getUpdates."""

import asyncio
import bisect
import copy
from dataclasses import dataclass
from typing import Any

from tests.fakes.errors import ApiError, ConnectionDropped, Json, bad_request, conflict

# Unless a bot asks for them by name, Telegram leaves these out.
OPT_IN = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
MAX_LIMIT = 100
MAX_TIMEOUT = 50
MAX_WEBHOOK_URL = 2048

TAKEN_OVER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_SET = "terminated by setWebhook request"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@dataclass(eq=False)
class LongPoll:
    """A getUpdates request that waits; whoever wakes it says why."""

    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[str]

    def wake(self, reason: str) -> None:
        """End the wait from whatever thread; the first reason counts."""
        self.loop.call_soon_threadsafe(self._resolve, reason)

    def _resolve(self, reason: str) -> None:
        if not self.future.done():
            self.future.set_result(reason)


class UpdateQueue:
    """Updates that wait for the bot; the owner's lock guards every method."""

    def __init__(self, first_update_id: int) -> None:
        """Start empty; the first update gets the given number."""
        self.next_id = first_update_id
        self.pending: list[Json] = []
        self.confirmed_below = 0
        self.allowed: frozenset[str] | None = None
        self.webhook_url = ""
        self.poll: LongPoll | None = None

    def push(self, update: Json) -> Json:
        """Append an update, numbered unless it brings its number, and wake the waiting poll."""
        numbered = {"update_id": update.get("update_id", self.next_id), **copy.deepcopy(update)}
        number = numbered["update_id"]
        if any(waiting["update_id"] == number for waiting in self.pending):
            message = f"update {number} is already waiting"
            raise ValueError(message)
        self.next_id = max(self.next_id, number + 1)
        if self._wanted(numbered):
            bisect.insort(self.pending, numbered, key=lambda waiting: waiting["update_id"])
            if self.poll:
                self.poll.wake("updates")
        return numbered

    def _wanted(self, update: Json) -> bool:
        """Tell whether the bot asked for this kind: Telegram filters when the update is made."""
        kinds = set(update) - {"update_id"}
        if self.allowed is None:
            return not kinds & OPT_IN
        return bool(kinds & self.allowed)

    def allow(self, kinds: Any) -> None:
        """Take over allowed_updates; None keeps the setting, an empty list resets it."""
        if kinds is None:
            return
        if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
            reason = "can't parse allowed_updates: expected an Array of String"
            raise bad_request(reason)
        self.allowed = frozenset(kinds) or None

    def begin(self) -> LongPoll:
        """Register a new getUpdates request and end the one that is waiting."""
        if self.webhook_url:
            raise conflict(WEBHOOK_ACTIVE)
        if self.poll:
            self.poll.wake("taken over")
        loop = asyncio.get_running_loop()
        self.poll = LongPoll(loop, loop.create_future())
        return self.poll

    def end(self, poll: LongPoll) -> None:
        """Forget a request that has been answered or whose client is gone."""
        if self.poll is poll:
            self.poll = None

    def confirm(self, offset: int) -> None:
        """Forget the updates before the offset; a negative one counts from the end."""
        if offset < 0:
            self.pending = self.pending[offset:]
            if self.pending:
                self.confirmed_below = max(self.confirmed_below, self.pending[0]["update_id"])
        elif offset > 0:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]
            self.confirmed_below = max(self.confirmed_below, offset)

    def first(self, limit: int) -> list[Json]:
        """Return the oldest updates; they stay until they are confirmed."""
        return copy.deepcopy(self.pending[: min(max(limit, 1), MAX_LIMIT)])

    def set_webhook(self, url: str, *, drop_pending: bool) -> None:
        """Set or remove the webhook; a waiting getUpdates ends with a conflict."""
        if url and (not url.startswith("https://") or len(url) > MAX_WEBHOOK_URL):
            reason = "bad webhook: An HTTPS URL must be provided for webhook"
            raise bad_request(reason)
        if url and self.poll:
            self.poll.wake("webhook")
        self.webhook_url = url
        if drop_pending:
            self.pending = []


def check_ending(reason: str) -> None:
    """Raise what a long poll ends with, unless it ends with an answer."""
    endings: dict[str, ApiError | ConnectionDropped] = {
        "taken over": conflict(TAKEN_OVER),
        "webhook": conflict(WEBHOOK_SET),
        "closed": ConnectionDropped("the server stops"),
        "gone": ConnectionDropped("the client is gone"),
    }
    if reason in endings:
        raise endings[reason]
