"""What askers and volunteers write after the first answer."""

import datetime as dt

from sqlalchemy import Enum, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, UtcDateTime
from bot.states import Resolution


class ReviewMessage(Base):
    """One message on a review item, redacted and sealed.

    Attributes:
        author: account name, or "asker".
        resolution: how a volunteer answered; None for what askers write.
        sealed_text: the words, or the id of topic or place; empty where the answer has none.
        told_at: when it went to the asker, or of theirs, when the volunteer heard of it; None until then.
    """

    __tablename__ = "review_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("review_item.id", ondelete="CASCADE"), index=True)
    author: Mapped[str] = mapped_column(String(60))
    resolution: Mapped[Resolution | None] = mapped_column(Enum(Resolution, native_enum=False, length=12))
    sealed_text: Mapped[bytes]
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
