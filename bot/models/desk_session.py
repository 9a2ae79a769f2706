"""Sessions at the desk."""

import datetime as dt

from sqlalchemy import ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, UtcDateTime


class DeskSession(Base):
    """A browser that is signed in; deleting the row signs it out.

    Attributes:
        token_hash: SHA-256 of the cookie, so that a stolen database opens no session.
        pending: the password was right, the code of the second factor is still to come.
        second_factor: whether a code was given in this session.
    """

    __tablename__ = "desk_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    pending: Mapped[bool] = mapped_column(default=False, server_default=false())
    second_factor: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
