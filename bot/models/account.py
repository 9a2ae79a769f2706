"""People at the desk."""

import datetime as dt

from sqlalchemy import JSON, Enum, String, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, UtcDateTime
from bot.states import Role


class Account(Base):
    """A member of staff or a volunteer.

    Attributes:
        password_hash: Argon2id; None for those who sign in by link alone.
        sealed_totp: secret of the second factor, once it was confirmed.
        totp_step: the last time step that was used, so that no code works twice.
        chat_key: of their own chat with the bot, where links are sent; `sealed_chat` is its id.
        paused_until: until then they are shown no questions.
        own_answers: how many answers in own words went out; the first ten want a second pair of eyes.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    role: Mapped[Role] = mapped_column(Enum(Role, native_enum=False, length=20))
    languages: Mapped[list[str]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    sealed_totp: Mapped[bytes | None]
    totp_step: Mapped[int | None]
    chat_key: Mapped[str | None] = mapped_column(String(32), unique=True)
    sealed_chat: Mapped[bytes | None]
    paused_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    toured: Mapped[bool] = mapped_column(default=False, server_default=false())
    own_answers: Mapped[int] = mapped_column(default=0, server_default="0")
