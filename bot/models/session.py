"""Sessions."""

import datetime as dt

from sqlalchemy import JSON, Enum, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, UtcDateTime
from bot.states import Group


class ChatSession(Base):
    """What is remembered for 60 minutes, and nowhere else."""

    __tablename__ = "session"

    chat_key: Mapped[str] = mapped_column(String(32), primary_key=True)
    language: Mapped[str | None] = mapped_column(String(8))
    residence_group: Mapped[Group | None] = mapped_column(Enum(Group, native_enum=False, length=24))
    group_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    last_topic: Mapped[str | None] = mapped_column(String(60))
    suggested: Mapped[list[str]] = mapped_column(JSON)
    turned_down: Mapped[list[str]] = mapped_column(JSON)
    nearest: Mapped[list[str]] = mapped_column(JSON, server_default="[]")
    sealed_question: Mapped[bytes | None]
    awaiting_reply: Mapped[int | None]
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
