"""Waiting with a limit: a wait that is in vain says what it waited for."""

import time
from collections.abc import Callable

_PAUSE = 0.02


class ChaosError(Exception):
    """Something did not come about; the case has failed, the next one may go on."""


def wait_until(condition: Callable[[], bool], seconds: float, what: Callable[[], str] | str) -> float:
    """Return how long it took until the condition held; raises ChaosError."""
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > seconds:
            reason = what if isinstance(what, str) else what()
            msg = f"waited {seconds:g} s in vain for {reason}"
            raise ChaosError(msg)
        time.sleep(_PAUSE)
    return time.monotonic() - begun
