"""A strict fake of Telegram's Bot API over HTTP, for end-to-end tests and fault tests.

In a test::

    with running_bot_api() as api:
        # start the bot with TELEGRAM_API_URL=api.url and the token api.token
        api.send_text(7, "/start", language_code="uk")
        api.wait_for_calls("sendMessage", 1)

By hand, or for bots in other processes: ``python -m tests.fakes.bot_api --port 8081``.
"""

import argparse
import copy
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.fakes.control import control_handler
from tests.fakes.errors import ApiError, Json
from tests.fakes.faults import Drop, Failure
from tests.fakes.people import People
from tests.fakes.record import Call
from tests.fakes.server import ServerThread, build_app
from tests.fakes.world import World

DEFAULT_TOKEN = "123456:TEST"
DEFAULT_TIMEOUT = 5.0


class BotApi(People):
    """The fake and everything that tests do with it; usable from every thread."""

    def __init__(
        self,
        token: str = DEFAULT_TOKEN,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        first_update_id: int = 1,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Prepare a server that does not serve yet; port 0 stands for a free one."""
        super().__init__(World(token, first_update_id, clock))
        self.host = host
        self.port = port
        self._app = build_app(self.world, control_handler(self))
        self._server: ServerThread | None = None

    @property
    def token(self) -> str:
        """Return the token that the server knows."""
        return self.world.token

    @property
    def url(self) -> str:
        """Return the address in front of /bot<token>/<method>."""
        return f"http://{self.host}:{self.port}"

    def start(self) -> None:
        """Serve; after a stop on the same port and with everything that was there."""
        if self._server is not None:
            reason = "the server runs already"
            raise RuntimeError(reason)
        with self.world.changed:
            self.world.stopping = False
        self._server = ServerThread(self._app, self.host, self.port)
        self.port = self._server.port
        self._server.start()

    def stop(self) -> None:
        """Stop serving, as in an outage: connections end, the state stays."""
        if self._server is None:
            return
        with self.world.changed:
            self.world.stopping = True
            self.world.faults.cut_held()
            if self.world.updates.poll:
                self.world.updates.poll.wake("closed")
        self._server.stop()
        self._server = None

    # Settings

    def set_next_update_id(self, update_id: int) -> None:
        """Set the number of the next update."""
        with self.world.changed:
            self.world.updates.next_id = update_id

    def set_flood_control(self, *, enabled: bool = True) -> None:
        """Allow one message per second and chat and 30 per second overall, or do not care."""
        with self.world.changed:
            self.world.faults.flood.enabled = enabled

    def set_callback_lifetime(self, seconds: float) -> None:
        """Let callback queries be answered for so long."""
        with self.world.changed:
            self.world.callback_lifetime = seconds

    # Faults; the method "*" stands for every method

    def fail_next(
        self,
        method: str,
        status: int,
        description: str | None = None,
        retry_after: int | None = None,
        times: int = 1,
        chat_id: int | None = None,
    ) -> None:
        """Refuse the next calls of a method; 429 needs only retry_after."""
        parameters = None
        if retry_after is not None:
            parameters = {"retry_after": retry_after}
            description = description or f"Too Many Requests: retry after {retry_after}"
        if description is None:
            reason = "a description is needed"
            raise ValueError(reason)
        error = ApiError(status, description, parameters)
        with self.world.changed:
            self.world.faults.failures.append(Failure(method, error, times, chat_id))

    def drop_next(self, method: str, *, before: bool = True, times: int = 1, chat_id: int | None = None) -> None:
        """Close the connection without an answer, before or after carrying out the call."""
        with self.world.changed:
            self.world.faults.drops.append(Drop(method, before, times, chat_id))

    def hold(self, method: str) -> None:
        """Let the calls of a method hang; on release they are carried out, heard or not."""
        with self.world.changed:
            self.world.faults.held_methods.add(method)

    def release(self, method: str) -> None:
        """Let the calls of a method go on."""
        with self.world.changed:
            self.world.faults.release(method)

    def clear_faults(self) -> None:
        """Forget the planned failures and drops and release what hangs."""
        with self.world.changed:
            self.world.faults.failures.clear()
            self.world.faults.drops.clear()
            self.world.faults.release("*")

    # What was sent

    def calls(self, method: str | None = None) -> list[Call]:
        """Return the calls so far, in the order in which they were completed."""
        with self.world.changed:
            return [call for call in self.world.calls if method in {None, call.method}]

    def clear_calls(self) -> None:
        """Forget the calls so far."""
        with self.world.changed:
            self.world.calls.clear()

    def messages(self, chat_id: int) -> list[Json]:
        """Return what a chat shows now, of the user and of the bot."""
        with self.world.changed:
            chat = self.world.chats.get(chat_id)
            found = sorted(chat.messages.items()) if chat else []
            return [copy.deepcopy(message) for _, message in found]

    def bot_messages(self, chat_id: int) -> list[Json]:
        """Return what a chat shows now of the bot."""
        return [
            message for message in self.messages(chat_id) if message.get("from", {}).get("id") == self.world.bot["id"]
        ]

    def pending_updates(self) -> list[Json]:
        """Return the updates that the bot has not confirmed."""
        with self.world.changed:
            return copy.deepcopy(self.world.updates.pending)

    # Waiting

    def wait_for(self, predicate: Callable[[], bool], timeout: float, what: str) -> None:
        """Wait until the predicate holds; it is looked at whenever something happens."""
        with self.world.changed:
            if not self.world.changed.wait_for(predicate, timeout):
                summary = [f"{call.method} {call.status}" for call in self.world.calls[-20:]]
                reason = f"waited {timeout} s in vain for {what}; last calls: {summary}"
                raise TimeoutError(reason)

    def wait_for_calls(self, method: str | None, count: int = 1, timeout: float = DEFAULT_TIMEOUT) -> list[Call]:
        """Wait until a method has been called so often; refused and dropped calls count."""
        self.wait_for(lambda: len(self.calls(method)) >= count, timeout, f"{count} calls of {method}")
        return self.calls(method)

    def wait_for_messages(self, chat_id: int, count: int = 1, timeout: float = DEFAULT_TIMEOUT) -> list[Json]:
        """Wait until a chat shows so many messages of the bot."""
        self.wait_for(
            lambda: len(self.bot_messages(chat_id)) >= count,
            timeout,
            f"{count} messages of the bot in chat {chat_id}",
        )
        return self.bot_messages(chat_id)

    def wait_until_held(self, method: str, count: int = 1, timeout: float = DEFAULT_TIMEOUT) -> None:
        """Wait until so many calls of a method hang."""

        def hanging() -> bool:
            held = self.world.faults.held
            return sum(method in {"*", call.method} for call in held) >= count

        self.wait_for(hanging, timeout, f"{count} hanging calls of {method}")

    def wait_until_polling(self, timeout: float = DEFAULT_TIMEOUT) -> None:
        """Wait until the bot waits in getUpdates."""
        self.wait_for(lambda: self.world.updates.poll is not None, timeout, "a long poll")

    def wait_until_confirmed(self, update_id: int, timeout: float = DEFAULT_TIMEOUT) -> None:
        """Wait until the bot has asked for the updates after this one."""
        self.wait_for(
            lambda: self.world.updates.confirmed_below > update_id,
            timeout,
            f"the confirmation of update {update_id}",
        )


@contextmanager
def running_bot_api(
    token: str = DEFAULT_TOKEN,
    *,
    port: int = 0,
    first_update_id: int = 1,
    clock: Callable[[], float] = time.time,
) -> Iterator[BotApi]:
    """Serve on 127.0.0.1 as long as the block lasts."""
    api = BotApi(token, port=port, first_update_id=first_update_id, clock=clock)
    api.start()
    try:
        yield api
    finally:
        api.stop()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A fake of Telegram's Bot API")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=DEFAULT_TOKEN)
    parser.add_argument("--first-update-id", type=int, default=1)
    options = parser.parse_args()
    with running_bot_api(options.token, port=options.port, first_update_id=options.first_update_id) as api:
        print(f"{api.url}/bot{api.token}/getMe", flush=True)  # noqa: T201 - for who starts it
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        stopped.wait()


if __name__ == "__main__":
    main()
