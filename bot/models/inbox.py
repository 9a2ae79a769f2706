"""The inbox."""

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base
from bot.models.job import JobColumns


class InboxRow(JobColumns, Base):
    """An update of Telegram: sealed until handled, then emptied; the update's number stays against repetition."""

    __tablename__ = "inbox"

    number: Mapped[int] = mapped_column(BigInteger, unique=True)
