"""The real clock."""

import datetime as dt
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


class SystemClock:
    """Tells the time of this machine."""

    def now(self) -> dt.datetime:
        """Return the time, in UTC, with its zone."""
        return dt.datetime.now(dt.UTC)

    def today(self) -> dt.date:
        """Return the date in Magdeburg."""
        return dt.datetime.now(BERLIN).date()

    def local_time(self) -> dt.time:
        """Return the time of the day in Magdeburg."""
        return dt.datetime.now(BERLIN).time()
