"""What the processes of the bot tell one another."""

import datetime as dt

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, UtcDateTime


class BotState(Base):
    """One row.

    Attributes:
        content_version: grows with every change of content or notices; running bots compare it and load anew.
        username: of the bot on Telegram, as it was last seen there; for links to it.
        announced_at: when the volunteers' group was last told of new questions.
    """

    __tablename__ = "bot_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    content_version: Mapped[int]
    username: Mapped[str | None] = mapped_column(String(64))
    announced_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
