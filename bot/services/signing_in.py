"""Who is at the desk: passwords, the second factor, one-use links, sessions.

Passwords: Argon2id with the parameters of RFC 9106 (second recommendation), as argon2-cffi sets them. Second factor:
TOTP of RFC 6238, thirty seconds, one step of drift either way, each code once.
"""

import base64
import datetime as dt
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from bot.errors import SignInError
from bot.models import Account, DeskLink, DeskSession
from bot.services.managing_accounts import find_account
from bot.states import LinkPurpose, Role
from bot.vault import Vault

MIN_PASSWORD, MAX_PASSWORD = 12, 200
LINK_LIVES = {
    LinkPurpose.SIGN_IN: dt.timedelta(minutes=10),
    LinkPurpose.CONNECT: dt.timedelta(minutes=30),
    LinkPurpose.INVITE: dt.timedelta(days=3),
}
IDLE, LONGEST = dt.timedelta(hours=12), dt.timedelta(days=14)
_SEEN_EVERY = dt.timedelta(minutes=5)
_STEP = 30
_TOTP_BYTES = 20
_HASHER = PasswordHasher()
# Checked in place of the hash of a name that does not exist, so that the time of the answer tells nothing.
_NOBODY = _HASHER.hash(secrets.token_urlsafe())


@dataclass(frozen=True)
class Person:
    """Who is signed in, as far as a page needs to know.

    Attributes:
        pending: the password was right, the code of the second factor is still to come.
        second_factor: whether the code was given in this session.
        has_totp: whether a second factor is set up; `totp_step` is the last one used.
    """

    id: int
    name: str
    role: Role
    languages: tuple[str, ...]
    has_password: bool
    has_totp: bool
    has_chat: bool
    totp_step: int | None
    pending: bool
    second_factor: bool
    toured: bool
    paused_until: dt.datetime | None


def set_password(account: Account, password: str) -> None:
    """Give an account a password; raises SignInError when it is too short or too long."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise SignInError(f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters")
    account.password_hash = _HASHER.hash(password)


def check_password(session: Session, name: str, password: str) -> Account:
    """Return the active account of this name and password; raises SignInError, the same whatever was wrong."""
    account = find_account(session, name)
    known = account.password_hash if account else None
    try:
        _HASHER.verify(known or _NOBODY, password[:MAX_PASSWORD])
    except (VerifyMismatchError, InvalidHashError):
        raise SignInError("name or password is wrong") from None
    if account is None or known is None:
        raise SignInError("name or password is wrong")
    if _HASHER.check_needs_rehash(known):
        account.password_hash = _HASHER.hash(password)
    return account


def make_totp_secret(person: Person, vault: Vault) -> str:
    """Return the secret that the person may set up next, 160 bits in base 32: the same until a code was used.

    Made from the key instead of stored: a page that is loaded again shows the picture that was scanned.
    """
    made = bytes.fromhex(vault.sign(f"totp {person.id} {person.totp_step}"))
    return base64.b32encode(made[:_TOTP_BYTES]).decode()


def describe_totp(secret: str, name: str) -> str:
    """Return the otpauth address that authenticator apps read from a QR code."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Magdeburg Newcomers' Bot"))


def confirm_totp(account: Account, secret: str, code: str, vault: Vault, now: dt.datetime) -> None:
    """Set the second factor up, once its first code is right; raises SignInError."""
    account.totp_step = _find_step(secret, code, now, after=None)
    account.sealed_totp = vault.seal(secret)


def check_totp(account: Account, code: str, vault: Vault, now: dt.datetime) -> None:
    """Accept a code of the second factor, each once; raises SignInError."""
    if account.sealed_totp is None:
        raise SignInError("there is no second factor")
    account.totp_step = _find_step(vault.open(account.sealed_totp), code, now, after=account.totp_step)


def make_link(session: Session, account: Account, purpose: LinkPurpose, now: dt.datetime) -> str:
    """Return the token of a new one-use link; older links of the account for the same purpose end."""
    session.execute(delete(DeskLink).where(DeskLink.account_id == account.id, DeskLink.purpose == purpose))
    token = secrets.token_urlsafe(32)
    session.add(
        DeskLink(
            token_hash=_digest(token),
            account_id=account.id,
            purpose=purpose,
            expires_at=now + LINK_LIVES[purpose],
        )
    )
    session.flush()
    return token


def find_link(session: Session, token: str, now: dt.datetime) -> tuple[Account, LinkPurpose] | None:
    """Return whose link this is and what for, without using it; None when it was used, has ended or never was."""
    link = session.get(DeskLink, _digest(token))
    account = session.get(Account, link.account_id) if link else None
    if link is None or account is None or not account.active or link.expires_at <= now:
        return None
    return account, link.purpose


def use_link(session: Session, token: str, now: dt.datetime, purposes: Collection[LinkPurpose]) -> Account:
    """Return whose link this is and end it; raises SignInError when it was used, has ended, or is for something else.

    One that connects a chat travels through Telegram, and must not let anybody in.
    """
    found = find_link(session, token, now)
    if found is not None and found[1] not in purposes:
        raise SignInError("this link is for something else")
    used = session.execute(delete(DeskLink).where(DeskLink.token_hash == _digest(token)))
    if found is None or not used.rowcount:  # type: ignore[attr-defined]
        raise SignInError("this link was used already or has ended")
    return found[0]


def connect_chat(session: Session, account: Account, chat_id: int, vault: Vault) -> None:
    """Note the person's own chat, where sign-in links are sent; another account with this chat loses it."""
    key = vault.chat_key(chat_id)
    session.execute(update(Account).where(Account.chat_key == key).values(chat_key=None, sealed_chat=None))
    account.chat_key, account.sealed_chat = key, vault.seal(chat_id)


def open_session(session: Session, account: Account, now: dt.datetime, *, second_factor: bool = False) -> str:
    """Return the token of a new session: pending where the account has a second factor that was not given yet."""
    token = secrets.token_urlsafe(32)
    session.add(
        DeskSession(
            token_hash=_digest(token),
            account_id=account.id,
            pending=account.sealed_totp is not None and not second_factor,
            second_factor=second_factor,
            created_at=now,
            seen_at=now,
        )
    )
    session.flush()
    return token


def find_person(session: Session, token: str, now: dt.datetime) -> Person | None:
    """Return who is signed in with this token, or None: it has ended after 12 idle hours, or 14 days in all."""
    row = session.get(DeskSession, _digest(token))
    account = session.get(Account, row.account_id) if row else None
    if row is None or account is None or not account.active:
        return None
    if now - row.seen_at >= IDLE or now - row.created_at >= LONGEST:
        return None
    return Person(
        id=account.id,
        name=account.name,
        role=account.role,
        languages=tuple(account.languages),
        has_password=account.password_hash is not None,
        has_totp=account.sealed_totp is not None,
        has_chat=account.chat_key is not None,
        totp_step=account.totp_step,
        pending=row.pending,
        second_factor=row.second_factor,
        toured=account.toured,
        paused_until=account.paused_until,
    )


def is_touch_due(session: Session, token: str, now: dt.datetime) -> bool:
    """Tell whether the session's last use is old enough to be noted anew: not with every page."""
    row = session.get(DeskSession, _digest(token))
    return row is not None and now - row.seen_at >= _SEEN_EVERY


def touch_session(session: Session, token: str, now: dt.datetime) -> None:
    """Note that a session is in use."""
    session.execute(update(DeskSession).where(DeskSession.token_hash == _digest(token)).values(seen_at=now))


def close_session(session: Session, token: str) -> None:
    """Sign a browser out."""
    session.execute(delete(DeskSession).where(DeskSession.token_hash == _digest(token)))


def close_sessions(session: Session, account_id: int) -> None:
    """Sign an account out everywhere, and end its links."""
    session.execute(delete(DeskSession).where(DeskSession.account_id == account_id))
    session.execute(delete(DeskLink).where(DeskLink.account_id == account_id))


def _find_step(secret: str, code: str, now: dt.datetime, after: int | None) -> int:
    """Return the time step whose code this is; raises SignInError for a wrong, an old or a used one."""
    totp = pyotp.TOTP(secret)
    step = int(now.timestamp()) // _STEP
    digits = "".join(code.split())
    for near in (step, step - 1, step + 1):
        if secrets.compare_digest(totp.generate_otp(near).encode(), digits.encode()) and near > (after or 0):
            return near
    raise SignInError("this code is wrong or was used already")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
