"""What inbox and outbox rows share."""

import datetime as dt

from sqlalchemy import Enum, Index, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from bot.db import UtcDateTime
from bot.states import JobState


class JobColumns:
    """A durable job: pending until done, parked after too many failures, in order within its lane."""

    id: Mapped[int] = mapped_column(primary_key=True)
    lane: Mapped[str] = mapped_column(String(32))
    body: Mapped[bytes | None]
    state: Mapped[JobState] = mapped_column(Enum(JobState, native_enum=False, length=12), default=JobState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(80))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Index, ...]:  # noqa: N805 - SQLAlchemy hands in the class
        """Return the index that the heads of the lanes are found by."""
        name = f"ix_{cls.__tablename__}_state_lane_id"  # type: ignore[attr-defined]
        return (Index(name, "state", "lane", "id"),)
