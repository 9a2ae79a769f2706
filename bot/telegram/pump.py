"""Works on a queue: one job a lane at a time, several lanes at once."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from bot.ports.queue import Job, Queue

_log = logging.getLogger(__name__)
WORKERS = 8
_PAUSE_AFTER_ERROR = 0.5
_LONGEST_NAP = 5.0


class Pump:
    """Hands the jobs of a queue to a coroutine until it is told to stop.

    The coroutine finishes or puts back its job by itself; when it raises, the job stays pending and the pump
    pauses, since then the database itself is in trouble.
    """

    def __init__(self, name: str, queue: Queue, handle: Callable[[Job], Awaitable[None]]) -> None:
        self._name = name
        self._queue = queue
        self._handle = handle
        self._awake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Make the pump look for jobs now."""
        self._awake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; jobs under way are finished first."""
        stopping = asyncio.ensure_future(stop.wait())
        stopping.add_done_callback(lambda _: self.wake())
        while not stop.is_set():
            self._awake.clear()
            nap = await self._start_jobs()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._awake.wait(), nap)
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _start_jobs(self) -> float:
        """Start what is due and return how long to sleep unless woken."""
        try:
            free = WORKERS - len(self._tasks)
            jobs = await asyncio.to_thread(self._queue.claim, free) if free > 0 else []
            for job in jobs:
                task = asyncio.create_task(self._work(job))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            if free <= 0 or jobs:
                return _LONGEST_NAP
            due = await asyncio.to_thread(self._queue.seconds_until_due)
        except Exception as error:  # noqa: BLE001 - whatever the database's driver raises
            _log.warning("%s: the queue cannot be read (%s)", self._name, type(error).__name__)
            return _PAUSE_AFTER_ERROR
        return _LONGEST_NAP if due is None else min(max(due, 0.01), _LONGEST_NAP)

    async def _work(self, job: Job) -> None:
        try:
            await self._handle(job)
        except Exception as error:  # noqa: BLE001 - the job stays pending, and is tried again
            _log.warning("%s: a job was left for later (%s)", self._name, type(error).__name__)
            await asyncio.sleep(_PAUSE_AFTER_ERROR)
        finally:
            self._queue.release(job)
            self.wake()
