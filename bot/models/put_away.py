"""Tasks of the half hour that somebody put away."""

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base


class PutAway(Base):
    """A task that is not shown for a while.

    Attributes:
        account_id: for whom; None for everybody.
        task: its name, as in Task.name.
        until: the day on which it is shown again.
    """

    __tablename__ = "put_away"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    task: Mapped[str] = mapped_column(String(160))
    until: Mapped[dt.date]
