"""Notices."""

import datetime as dt

from sqlalchemy import JSON, String, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, UtcDateTime


class Notice(Base):
    """A sentence that the bot says for a while, on one topic or on all, or instead of everything else.

    Attributes:
        topic: None for all.
        pauses: the bot says this sentence and nothing else, save in acute danger.
        texts: by language; German is always there.
        ends_at: None until somebody ends it.
    """

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str | None] = mapped_column(String(60))
    pauses: Mapped[bool] = mapped_column(default=False, server_default=false())
    texts: Mapped[dict[str, str]] = mapped_column(JSON)
    starts_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    author: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
