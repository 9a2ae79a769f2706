"""Settings: the environment before `.env`, one table, read once."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

# python-telegram-bot hands out waiting times as timedelta, as its next version does, instead of warning each time.
os.environ.setdefault("PTB_TIMEDELTA", "true")

ROOT = Path(__file__).resolve().parent.parent
_VISIBLE = 4


class Settings(BaseSettings):
    """Everything that can be set from outside. The description of each stands in `.env.example`."""

    model_config = SettingsConfigDict(
        env_file=ROOT / ".env", env_ignore_empty=True, extra="ignore", frozen=True, env_prefix=""
    )

    telegram_bot_token: SecretStr | None = Field(None, description="token of the bot, from @BotFather")
    telegram_api_url: str = Field("https://api.telegram.org", description="a local Bot API server can stand in")
    volunteers_group_id: int | None = Field(None, description="id of the volunteers' Telegram group")

    operator_name: str | None = Field(None, description="who runs the bot; without it the bot says it is a trial")
    operator_contact: str | None = Field(None, description="e-mail or phone of whoever runs the bot")
    imprint_url: str | None = Field(None, description="link to the imprint")
    privacy_url: str | None = Field(None, description="link to the full privacy notice")

    database_url: str | None = Field(None, description="default: SQLite in VAR_DIR; PostgreSQL 15 or newer by URL")
    var_dir: Path = Field(ROOT / "var", description="data home: database, key, models")
    content_dir: Path = Field(ROOT / "content", description="facts and answers as they ship")
    publish: Literal["all", "approved-only"] = Field("all", description="all, or approved-only")

    nlu_url: str = Field("http://127.0.0.1:5005", description="address of the NLU server, loopback only")
    nlu_timeout: float = Field(2.0, gt=0, le=30, description="seconds to wait for a parse")
    nlu_python: Path = Field(ROOT / ".venv-nlu/bin/python", description="Python 3.10 with Rasa")

    desk_host: str = Field("127.0.0.1", description="address that the desk listens on")
    desk_port: int = Field(8400, gt=0, lt=65536, description="port of the desk")
    desk_url: str | None = Field(None, description="the desk as people reach it; https behind a proxy")
    desk_four_eyes: bool = Field(False, description="whether another person than the author has to publish")  # noqa: FBT003
    coordinators_chat_id: int | None = Field(None, description="chat that escalated questions are announced in")

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="how much the log says")

    @property
    def database(self) -> str:
        """Return the SQLAlchemy address of the database, with the driver named."""
        address = self.database_url or f"sqlite:///{self.var_dir.resolve() / 'bot.sqlite'}"
        for prefix in ("postgresql://", "postgres://"):
            if address.startswith(prefix):
                return "postgresql+psycopg://" + address.removeprefix(prefix)
        return address

    @property
    def desk_address(self) -> str:
        """Return the address of the desk as people reach it, without a slash at its end."""
        return (self.desk_url or f"http://{self.desk_host}:{self.desk_port}").rstrip("/")

    @property
    def models_dir(self) -> Path:
        """Return the folder of the trained models."""
        return self.var_dir / "models"

    def masked(self) -> list[tuple[str, str, str]]:
        """Return (variable, value fit for a screen, description) of every setting; secrets show their end only."""
        return [
            (name.upper(), _mask(getattr(self, name)), field.description or "")
            for name, field in type(self).model_fields.items()
        ]


def _mask(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, SecretStr):
        return "…" + value.get_secret_value()[-_VISIBLE:]
    text = str(value)
    if "@" in text and "://" in text:
        parts = urlsplit(text)
        text = urlunsplit(parts._replace(netloc=f"…@{parts.hostname or ''}"))
    return text


@cache
def get_settings() -> Settings:
    """Return the settings of this process; raises SettingsError that names each wrong variable."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"wrong settings: {wrong}. See .env.example.") from None


def environment() -> Mapping[str, str]:
    """Return this process's environment, for those who start another and cut it to what that one may know."""
    return dict(os.environ)
