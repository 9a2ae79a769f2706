"""Chats."""

import datetime as dt

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, UtcDateTime


class Chat(Base):
    """A private chat: its id as ciphertext for sending, a derived key for look-up."""

    __tablename__ = "chat"

    chat_key: Mapped[str] = mapped_column(String(32), primary_key=True)
    sealed_id: Mapped[bytes]
    language: Mapped[str | None] = mapped_column(String(8))
    last_day: Mapped[dt.date]
    blocked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
