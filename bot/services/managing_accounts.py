"""People at the desk: who is registered."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import BotError
from bot.languages import find_language
from bot.models import Account
from bot.services.reviewing import ASKER
from bot.states import Role

MAX_NAME = 60


def add_account(session: Session, name: str, role: Role, languages: Sequence[str], now: dt.datetime) -> Account:
    """Register a person; raises BotError for a name that is taken or a language that is not offered."""
    unknown = [tag for tag in languages if find_language(tag) is None]
    if unknown:
        raise BotError(f"not offered as a language: {', '.join(unknown)}")
    if not name.strip() or len(name) > MAX_NAME or name.casefold() == ASKER:
        raise BotError(f"a name has 1 to {MAX_NAME} characters and is not {ASKER!r}")
    if _find_by_name(session, name):
        raise BotError(f"{name} is registered already")
    account = Account(name=name, role=role, languages=list(languages), active=True, created_at=now)
    session.add(account)
    return account


def find_account(session: Session, name: str) -> Account | None:
    """Return the active account with this name, in large letters or small, or None."""
    account = _find_by_name(session, name)
    return account if account is not None and account.active else None


def list_accounts(session: Session) -> Sequence[Account]:
    """Return all accounts by name."""
    return session.scalars(select(Account).order_by(Account.name)).all()


def change_account(account: Account, role: Role, languages: Sequence[str], *, active: bool) -> None:
    """Change what somebody may do, which languages they read, and whether they take part."""
    account.role, account.languages, account.active = role, list(languages), active


def _find_by_name(session: Session, name: str) -> Account | None:
    """Return the account with this name; nobody remembers how it was spelled."""
    wanted = name.strip().casefold()  # a database folds other letters than Python does
    return next((account for account in session.scalars(select(Account)) if account.name.casefold() == wanted), None)
