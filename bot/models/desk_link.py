"""One-use links to the desk."""

import datetime as dt

from sqlalchemy import Enum, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, UtcDateTime
from bot.states import LinkPurpose


class DeskLink(Base):
    """A link that signs a person in once; gone when it was used or has ended."""

    __tablename__ = "desk_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(Enum(LinkPurpose, native_enum=False, length=12))
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
