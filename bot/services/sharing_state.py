"""What the processes of the bot tell one another: the version of the content, the bot's name on Telegram."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.models import BotState


def read_content_version(session: Session) -> int:
    """Return how often content or notices have changed."""
    return session.scalars(select(BotState.content_version)).one()


def raise_content_version(session: Session) -> None:
    """Count one change of content or notices, in the unit of work that makes it: running bots load anew."""
    session.execute(update(BotState).values(content_version=BotState.content_version + 1))


def find_username(session: Session) -> str | None:
    """Return the bot's user name on Telegram; None before it was ever connected."""
    return session.scalars(select(BotState.username)).one()


def note_username(session: Session, username: str) -> None:
    """Note the bot's user name on Telegram."""
    session.execute(update(BotState).values(username=username))
