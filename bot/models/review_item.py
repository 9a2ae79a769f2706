"""Questions that volunteers may answer."""

import datetime as dt

from sqlalchemy import JSON, Enum, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.db import Base, UtcDateTime
from bot.models.review_message import ReviewMessage
from bot.states import ItemKind, Resolution, ReviewStatus

_OPEN = text("resolved_at IS NULL")
_CLAIMED = text("resolved_at IS NULL AND claimed_by IS NOT NULL")
_PROPOSED = text("resolved_at IS NULL AND proposed_by IS NOT NULL")
_UNTOLD = text("resolved_at IS NOT NULL AND told_at IS NULL")
_UNREFERRED = text("resolved_at IS NULL AND referred_at IS NULL")
ONE_UNHELPFUL = text("kind = 'UNHELPFUL' AND resolved_at IS NULL")


class ReviewItem(Base):
    """A question that a person released for volunteers, redacted before they saw and released it.

    Attributes:
        created_at: when it was released, or when the asker last wrote to it.
        kind: an answer marked as unhelpful has neither text nor chat, only its topic.
        topic: the first of the nearest topics; empty without one.
        cluster: number of the first of the questions that are like this one.
        count: how often an answer was marked as unhelpful; 1 for questions.
        claimed_by: who works on it until `claimed_until`, or did last; what they wrote so far is `sealed_draft`.
        proposed_by: whose draft waits for a second pair of eyes.
        skipped_by: numbers of the accounts that handed it on.
    """

    __tablename__ = "review_item"
    # What is open stays quick to find among everything that was ever asked.
    __table_args__ = (
        Index("ix_review_item_open", "language", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_review_item_topic", "topic", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_review_item_claimed_by", "claimed_by", sqlite_where=_CLAIMED, postgresql_where=_CLAIMED),
        Index("ix_review_item_proposed_by", "proposed_by", sqlite_where=_PROPOSED, postgresql_where=_PROPOSED),
        Index("ix_review_item_cluster", "cluster", "language", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_review_item_untold", "id", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
        Index("ix_review_item_unreferred", "created_at", sqlite_where=_UNREFERRED, postgresql_where=_UNREFERRED),
        Index(
            "ix_review_item_unhelpful",
            "topic",
            "language",
            unique=True,
            sqlite_where=ONE_UNHELPFUL,
            postgresql_where=ONE_UNHELPFUL,
        ),
    )

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
    kind: Mapped[ItemKind] = mapped_column(
        Enum(ItemKind, native_enum=False, length=12), default=ItemKind.QUESTION, server_default="QUESTION"
    )
    topic: Mapped[str] = mapped_column(String(60), default="", server_default="")
    cluster: Mapped[int | None]
    count: Mapped[int] = mapped_column(default=1, server_default="1")
    claimed_by: Mapped[str | None] = mapped_column(String(60))
    claimed_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    sealed_draft: Mapped[bytes | None]
    proposed_by: Mapped[str | None] = mapped_column(String(60))
    skipped_by: Mapped[list[int]] = mapped_column(JSON, default=list, server_default="[]")

    messages: Mapped[list[ReviewMessage]] = relationship(
        order_by=ReviewMessage.id, cascade="all, delete-orphan", passive_deletes=True
    )
