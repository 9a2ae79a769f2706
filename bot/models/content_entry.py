"""Facts and answers as the running bot uses them."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, UtcDateTime


class ContentEntry(Base):
    """One entry of a content file: a place, an answer, the names of the fields in one language.

    Attributes:
        file: path below content/ that it is exported to.
        position: order within the file.
        body: None for an entry that ships and that staff took away.
        shipped: fingerprint of the entry as it last shipped; another body means that staff has edited it.
    """

    __tablename__ = "content_entry"

    file: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int]
    body: Mapped[Any] = mapped_column(JSON)
    shipped: Mapped[str | None] = mapped_column(String(12))
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
