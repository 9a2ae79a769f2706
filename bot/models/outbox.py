"""The outbox."""

from bot.db import Base
from bot.models.job import JobColumns


class OutboxRow(JobColumns, Base):
    """A call to Telegram that is still to be made; gone once it was made."""

    __tablename__ = "outbox"
