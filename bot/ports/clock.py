"""Time."""

import datetime as dt
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> dt.datetime:
        """Return the time, in UTC, with its zone."""
        ...

    def today(self) -> dt.date:
        """Return the date in Magdeburg."""
        ...

    def local_time(self) -> dt.time:
        """Return the time of the day in Magdeburg."""
        ...
