"""Counters."""

import datetime as dt

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base


class Counter(Base):
    """How often something happened on a day: no text, no person."""

    __tablename__ = "counter"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(String(20), primary_key=True)
    topic: Mapped[str] = mapped_column(String(60), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    count: Mapped[int]
