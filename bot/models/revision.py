"""Changes of the content."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Enum, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, UtcDateTime
from bot.states import RevisionState


class Revision(Base):
    """What somebody at the desk wrote in place of an entry.

    Attributes:
        file: as in ContentEntry, with `key`.
        body: the entry as it is to be; None where it is to go.
        previous: the entry as it was when this was written; None for a new one.
        note: why, in the author's words.
    """

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    file: Mapped[str] = mapped_column(String(80), index=True)
    key: Mapped[str] = mapped_column(String(60), index=True)
    body: Mapped[Any] = mapped_column(JSON)
    previous: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    author: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    state: Mapped[RevisionState] = mapped_column(Enum(RevisionState, native_enum=False, length=12), index=True)
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decided_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str | None] = mapped_column(String(400))
