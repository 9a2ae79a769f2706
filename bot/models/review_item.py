"""Questions that volunteers may answer."""

import datetime as dt

from sqlalchemy import JSON, Enum, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, UtcDateTime
from bot.states import Resolution, ReviewStatus


class ReviewItem(Base):
    """A question that a person released for volunteers, redacted before they saw and released it."""

    __tablename__ = "review_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_key: Mapped[str] = mapped_column(String(32), index=True)
    language: Mapped[str] = mapped_column(String(8))
    sealed_question: Mapped[bytes]
    nearest_topics: Mapped[list[str]] = mapped_column(JSON)
    status: Mapped[ReviewStatus] = mapped_column(Enum(ReviewStatus, native_enum=False, length=12), index=True)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    resolution: Mapped[Resolution | None] = mapped_column(Enum(Resolution, native_enum=False, length=12))
    sealed_reply: Mapped[bytes | None]
    resolved_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    referred_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
