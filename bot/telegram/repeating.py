"""Work that comes round again and again beside the messages."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

_log = logging.getLogger(__name__)


async def repeat(work: Callable[[], Awaitable[None]], seconds: float, stop: asyncio.Event, failure: str) -> None:
    """Do the work now, then every so many seconds until `stop` is set.

    An error is logged by its kind, after what `failure` says; the next round tries again.
    """
    while not stop.is_set():
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - the next round tries again
            _log.warning("%s (%s)", failure, type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)
