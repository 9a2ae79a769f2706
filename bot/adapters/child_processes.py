"""Child processes: started in order, watched, restarted with back-off, ended together."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from bot.errors import BotError, ChildDiedError

FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
_MINUTE = 60.0
HOPELESS_STATUS = 2  # a child that ends with it says that starting again would not help: a refused token, say
_DEATHS_TO_GIVE_UP = 5
_SECONDS_TO_END = 10.0
_LOG_BYTES = 5_000_000
_LINE_BYTES = 2**16

_log = logging.getLogger(__name__)

# Runs between the fork and the program: what must happen in the child, without the risks of preexec_fn in a process
# with threads. The kernel keeps the parent-death signal across exec. If the parent died before the call, the child
# has another parent by now and ends itself.
_TIE = """\
import os, sys
parent, nice = int(sys.argv[1]), int(sys.argv[2])
if sys.platform == "linux":
    import ctypes
    ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)
if os.getppid() != parent:
    os._exit(1)
if nice:
    os.nice(nice)
try:
    os.execvp(sys.argv[3], sys.argv[3:])
except OSError as error:
    sys.exit(f"{sys.argv[3]} cannot be started: {error.strerror}")
"""


def tie_to_parent(command: Sequence[str], *, nice: int = 0) -> list[str]:
    """Return the command in a wrapper: the kernel kills it (SIGKILL) when the process that starts it dies.

    On Linux that holds however the parent dies; strictly, it is the thread that starts the command whose end counts.
    Elsewhere it is best effort: a parent that is killed with SIGKILL leaves its children behind.
    """
    return [sys.executable, "-I", "-S", "-c", _TIE, str(os.getpid()), str(nice), *command]


@dataclass(frozen=True)
class Child:
    """A program to keep running.

    Attributes:
        name: names its log file too.
        environment: all of its environment; nothing is inherited.
        ready: returns when the program can be used, raises when it will not become so; None: once it is started.
        show: whether its output goes to the terminal as well as to its log.
        directory: where it runs; None: where the supervisor runs.

    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    ready: Callable[[], Awaitable[None]] | None = None
    show: bool = False
    directory: Path | None = None


class _Stop(Exception):  # noqa: N818 - not an error: it ends a task group from inside
    """Asks a task group to end."""


class Supervisor:
    """Keeps children running until it is told to stop, or until one of them dies too often.

    Attributes:
        ready_seconds: how long a child may take until it is ready.
        hide: texts that must not appear in any log; each is replaced by stars.

    """

    def __init__(
        self,
        children: Sequence[Child],
        log_dir: Path,
        *,
        ready_seconds: float = 60.0,
        hide: Sequence[str] = (),
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take the children, in the order of their start; nothing is started yet."""
        self._children = children
        self._log_dir = log_dir
        self.ready_seconds = ready_seconds
        self.hide = hide
        self._monotonic = monotonic
        self._sleep = sleep

    async def run(self) -> None:
        """Run the children until SIGTERM or SIGINT, then end them; raises ChildDiedError."""
        with _stop_signals() as stopped, contextlib.suppress(_Stop), _first_error():
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_raise_after(stopped))
                async with self.running():
                    await asyncio.Event().wait()  # a signal or a dead child ends it

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Have all children ready within the block and gone after it.

        A child that dies too often cancels the block and raises ChildDiedError. Signals stay with the caller.
        An error in the block ends the children and comes out as itself.
        """
        with _first_error():
            async with asyncio.TaskGroup() as tasks:
                keepers = []
                for child in self._children:
                    ready = asyncio.Event()
                    keepers.append(tasks.create_task(self._keep(child, ready), name=f"keep {child.name}"))
                    await ready.wait()
                yield
                for keeper in keepers:
                    keeper.cancel()

    async def _keep(self, child: Child, ready: asyncio.Event) -> None:
        backoff = _Backoff(self._monotonic)
        with _open_log(self._log_dir, child.name) as log:
            while True:
                output = _Output(log, show=child.show, hide=self.hide)
                born = self._monotonic()
                reason = await self._live(child, output, ready)
                delay = backoff.next_delay(born)
                if delay is None:
                    msg = f"{child.name} died {_DEATHS_TO_GIVE_UP} times in a minute: {reason}"
                    raise ChildDiedError(msg)
                # The reason may be a line about a person: it stays in the child's own log.
                _log.warning("%s died (see %s.log); it is started again in %g s", child.name, child.name, delay)
                await self._sleep(delay)

    async def _live(self, child: Child, output: "_Output", ready: asyncio.Event) -> str:
        """Run a child once, and return why it died."""
        process = await asyncio.create_subprocess_exec(
            *tie_to_parent(child.command),
            env=dict(child.environment),
            cwd=child.directory,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            process_group=0,
        )
        reading = asyncio.create_task(output.read(process))
        try:
            problem = await self._wait_until_ready(child, process)
            if problem is None:
                ready.set()
                _log.info("%s is ready", child.name)
                await process.wait()
            elif not ready.is_set() and process.returncode is None:
                msg = f"{child.name} {problem}"
                raise ChildDiedError(msg)
        finally:
            await _finish(process, reading)
        if process.returncode == HOPELESS_STATUS:
            said = None if child.show else output.last_line  # what was shown need not be said twice
            raise ChildDiedError(said or f"{child.name} gave up, for the reason above")
        return problem or output.last_line or f"exit status {process.returncode}"

    async def _wait_until_ready(self, child: Child, process: asyncio.subprocess.Process) -> str | None:
        """Return None once the child is ready, else what is wrong; empty when it died and its output says more."""
        if child.ready is None:
            return None
        asking = asyncio.ensure_future(child.ready())
        dying = asyncio.create_task(process.wait())
        try:
            await asyncio.wait({asking, dying}, timeout=self.ready_seconds, return_when=asyncio.FIRST_COMPLETED)
            if dying.done():
                return ""
            if not asking.done():
                return f"was not ready within {self.ready_seconds:g} s"
            error = asking.exception()
        finally:
            await _cancel(asking, dying)
        if error is not None and not isinstance(error, BotError):
            raise error
        return None if error is None else f"did not become ready: {error}"


class _Backoff:
    """Counts deaths and says how long to wait: 0.5 s doubling to 30 s, from the start again after a minute of life."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """Take the clock; no death is counted yet."""
        self._monotonic = monotonic
        self._delay = FIRST_DELAY
        self._deaths: deque[float] = deque(maxlen=_DEATHS_TO_GIVE_UP)

    def next_delay(self, born: float) -> float | None:
        """Return the seconds to wait before the next life; None when it died too often within a minute."""
        now = self._monotonic()
        self._deaths.append(now)
        if len(self._deaths) == _DEATHS_TO_GIVE_UP and now - self._deaths[0] <= _MINUTE:
            return None
        if now - born >= _MINUTE:
            self._delay = FIRST_DELAY
        delay, self._delay = self._delay, min(self._delay * 2, LONGEST_DELAY)
        return delay


class _Output:
    """What a child writes: into its log, to the terminal if wanted, and the last line for an error."""

    def __init__(self, log: BinaryIO, *, show: bool, hide: Sequence[str]) -> None:
        """Take an open log."""
        self._log = log
        self._show = show
        self._hide = [text.encode() for text in hide if text]
        self.last_line = ""

    async def read(self, process: asyncio.subprocess.Process) -> None:
        """Read until the child and all that it started have closed their output."""
        stream, rest = process.stdout, b""
        while stream is not None and (chunk := await stream.read(2**16)):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._take(line)
            if len(rest) > _LINE_BYTES:  # a line without end must not fill the memory
                self._take(rest)
                rest = b""
        if rest:
            self._take(rest)

    def _take(self, line: bytes) -> None:
        for secret in self._hide:
            line = line.replace(secret, b"***")
        self._log.write(line + b"\n")
        text = line.decode(errors="replace")
        if text.strip():
            self.last_line = text.strip()
        if self._show:
            print(text, flush=True)  # noqa: T201 - this is the child's way to the terminal


def _open_log(directory: Path, name: str) -> BinaryIO:
    """Open <name>.log to add to it, readable by its owner alone; a large one becomes <name>.log.1 first."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{name}.log"
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > _LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab", buffering=0)


async def _finish(process: asyncio.subprocess.Process, reading: asyncio.Task[None]) -> None:
    """End the child's whole process group: SIGTERM, after ten seconds SIGKILL."""
    try:
        if process.returncode is None:
            signal_group(process.pid, signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _SECONDS_TO_END)
    finally:
        signal_group(process.pid, signal.SIGKILL)  # whatever is left of the group, with or without its leader
    await process.wait()
    await asyncio.wait({reading}, timeout=1.0)
    await _cancel(reading)
    # A grandchild that left the group may hold the pipe open; asyncio has no public way to let go of it.
    process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001


def signal_group(leader: int, number: signal.Signals) -> None:
    """Send a signal to a process group; nothing happens when nobody is left in it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS says the latter for a group of zombies
        os.killpg(leader, number)


async def _cancel(*tasks: asyncio.Future[Any]) -> None:
    """End tasks whose outcome no longer matters, without a complaint about an error that nobody looked at."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _raise_after(event: asyncio.Event) -> None:
    await event.wait()
    raise _Stop


@contextmanager
def _stop_signals() -> Iterator[asyncio.Event]:
    """Set the event at SIGTERM or SIGINT, and give the signals back after the block."""
    loop, event = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, event.set)
    try:
        yield event
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


@contextmanager
def _first_error() -> Iterator[None]:
    """Raise the first error of a task group as itself: callers catch errors of the product, not groups."""
    try:
        yield
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None
