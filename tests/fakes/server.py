"""The HTTP side of the fake: the Bot API's addresses, uvicorn and its thread."""

import asyncio
import re
import socket
import threading
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.fakes.errors import ApiError, ConnectionDropped, Json
from tests.fakes.faults import wait_out
from tests.fakes.methods import METHODS
from tests.fakes.params import Params, read_params
from tests.fakes.updates import MAX_TIMEOUT, LongPoll, check_ending
from tests.fakes.world import World

_TOKEN = re.compile(r"\d+:[\w-]+")
# Telegram does not mind the case of a method's name.
_NAMES = {name.lower(): name for name in (*METHODS, "getUpdates")}
_TRANSPORT = "tests.fakes.transport"


class DropConnection(Response):
    """The answer that is none: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        """Close the connection and wait until the server has seen it."""
        scope["extensions"][_TRANSPORT].abort()
        while (await receive())["type"] != "http.disconnect":
            pass


class DroppableProtocol(H11Protocol):
    """Uvicorn's protocol, which lets the application at the connection to close it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the connection where `DropConnection` finds it."""
        super().connection_made(transport)
        inner: Any = self.app

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[_TRANSPORT] = transport
            await inner(scope, receive, send)

        self.app = application


class BotApiEndpoint:
    """Answers the calls of the Bot API."""

    def __init__(self, world: World) -> None:
        """Answer for this world."""
        self.world = world

    async def __call__(self, request: Request) -> Response:
        """Answer one call."""
        try:
            method = self._method_of(request)
            params = await read_params(request)
        except ApiError as error:
            return JSONResponse(error.body(), error.status)
        return await self._answer(request, method, params)

    def _method_of(self, request: Request) -> str:
        """Return the method in the address, if the bot and the method exist."""
        token = request.path_params["token"]
        if not _TOKEN.fullmatch(token):
            raise ApiError(HTTPStatus.NOT_FOUND, "Not Found")
        if token != self.world.token:
            raise ApiError(HTTPStatus.UNAUTHORIZED, "Unauthorized")
        method = _NAMES.get(request.path_params["method"].lower())
        if method is None:
            raise ApiError(HTTPStatus.NOT_FOUND, "Not Found: method not found")
        return method

    async def _answer(self, request: Request, method: str, params: Params) -> Response:
        """Carry out a call with the faults planned for it, and record it."""
        world = self.world
        try:
            await self._hang(method)
            with world.changed:
                drop = world.faults.take_drop(method, params.chat_id())
            if drop and drop.before:
                with world.changed:
                    world.record(method, params, 0, dropped="before")
                return DropConnection()
            dropped = "after" if drop else ""
            if method == "getUpdates":
                return await self._get_updates(request, params, dropped)
            return self._carry_out(method, params, dropped)
        except ConnectionDropped:
            return DropConnection()

    async def _hang(self, method: str) -> None:
        """Wait as long as the method is held; the call is carried out after that."""
        world = self.world
        with world.changed:
            if world.stopping:
                reason = "the server stops"
                raise ConnectionDropped(reason)
            held = world.faults.enter(method)
            world.changed.notify_all()
        if held is None:
            return
        try:
            await wait_out(held)
        finally:
            with world.changed:
                world.faults.leave(held)
                world.changed.notify_all()

    def _carry_out(self, method: str, params: Params, dropped: str) -> Response:
        """Run a method that answers at once."""
        world = self.world
        with world.changed:
            try:
                self._refuse(method, params)
                result = METHODS[method](world, params)
            except ApiError as error:
                return self._refused(method, params, error, dropped)
            return self._done(method, params, result, dropped)

    def _refuse(self, method: str, params: Params) -> None:
        """Raise the refusal that is planned, or that of flood control."""
        world = self.world
        failure = world.faults.take_failure(method, params.chat_id())
        if failure is not None:
            raise failure
        world.faults.flood.check(method, params.chat_id(), world.clock())

    def _refused(self, method: str, params: Params, error: ApiError, dropped: str = "") -> Response:
        with self.world.changed:
            self.world.record(method, params, error.status, description=error.description, dropped=dropped)
        return DropConnection() if dropped else JSONResponse(error.body(), error.status)

    def _done(self, method: str, params: Params, result: Any, dropped: str) -> Response:
        with self.world.changed:
            self.world.record(method, params, HTTPStatus.OK, result=result, dropped=dropped)
        return DropConnection() if dropped else JSONResponse({"ok": True, "result": result})

    async def _get_updates(self, request: Request, params: Params, dropped: str) -> Response:
        """Answer at once if updates wait, otherwise when one comes or the time is over."""
        world = self.world
        poll: LongPoll | None = None
        try:
            with world.changed:
                self._refuse("getUpdates", params)
                limit = params.integer("limit", 100)
                timeout = min(max(params.integer("timeout", 0), 0), MAX_TIMEOUT)
                poll = world.updates.begin()
                world.updates.allow(params.json("allowed_updates"))
                world.updates.confirm(params.integer("offset", 0))
                found = world.updates.first(limit)
                world.changed.notify_all()
            if not found and timeout:
                check_ending(await self._wait(request, poll, timeout))
            with world.changed:
                found = world.updates.first(limit)
                return self._done("getUpdates", params, found, dropped)
        except ApiError as error:
            return self._refused("getUpdates", params, error, dropped)
        finally:
            if poll is not None:
                with world.changed:
                    world.updates.end(poll)
                    world.changed.notify_all()

    async def _wait(self, request: Request, poll: LongPoll, timeout: float) -> str:  # noqa: ASYNC109
        """Return why the wait ended; a client that hangs up ends it as well."""
        gone = asyncio.ensure_future(request.receive())
        waiting: set[asyncio.Future[Any]] = {poll.future, gone}
        try:
            await asyncio.wait(waiting, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
        if poll.future.done():
            return poll.future.result()
        return "gone" if gone.done() and not gone.cancelled() else "time is over"


async def _not_found(_request: Request, error: Exception) -> Response:
    """Answer everything outside the known addresses as Telegram does."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    description = HTTPStatus(status).phrase
    body: Json = {"ok": False, "error_code": status, "description": description}
    return JSONResponse(body, status)


type Handler = Callable[[Request], Awaitable[Response]]


def build_app(world: World, control: Handler) -> Starlette:
    """Return the application: the Bot API and the control interface."""
    endpoint = BotApiEndpoint(world)

    # Starlette takes an object with __call__ for a raw ASGI application, hence the function.
    async def bot_api(request: Request) -> Response:
        return await endpoint(request)

    return Starlette(
        routes=[
            Route("/control/{action}", control, methods=["GET", "POST"]),
            Route("/bot{token}/{method}", bot_api, methods=["GET", "POST"]),
        ],
        exception_handlers={HTTPException: _not_found},
    )


class _AnnouncingServer(uvicorn.Server):
    """A uvicorn that tells when it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving = threading.Event()
        self._end: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        self.serving.set()

    async def main_loop(self) -> None:
        # Uvicorn looks ten times a second whether it shall stop; tests start many servers.
        await self.on_tick(0)
        if self._end is not None:
            await self._end.wait()

    def end(self) -> None:
        """Stop serving, from whatever thread."""
        self.should_exit = True
        if self._loop is not None and self._end is not None:
            self._loop.call_soon_threadsafe(self._end.set)


class ServerThread:
    """Uvicorn in a thread of its own."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        """Bind the port; 0 stands for a free one."""
        # With the protocol named asyncio turns Nagle's algorithm off, which costs 40 ms an answer.
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((host, port))
        self.port: int = self.socket.getsockname()[1]
        config = uvicorn.Config(
            app,
            http=DroppableProtocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            timeout_keep_alive=60,
            timeout_graceful_shutdown=2,
        )
        self.server = _AnnouncingServer(config)
        self.thread = threading.Thread(target=self._run, name="fake Bot API", daemon=True)

    def _run(self) -> None:
        asyncio.run(self.server.serve(sockets=[self.socket]))

    def start(self) -> None:
        """Return when the server serves."""
        self.thread.start()
        if not self.server.serving.wait(10):
            reason = "the fake Bot API did not start"
            raise RuntimeError(reason)

    def stop(self) -> None:
        """Return when the server has gone."""
        self.server.end()
        self.thread.join(10)
        self.socket.close()
