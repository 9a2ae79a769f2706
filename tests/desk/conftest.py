"""The desk on a real database, asked as a browser would ask it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pyotp
import pytest
from sqlalchemy import select

from bot.bootstrap import Services, build_services
from bot.desk.application import build_desk
from bot.models import Account
from bot.services.managing_accounts import add_account
from bot.services.signing_in import confirm_totp, open_session, set_password
from bot.settings import Settings
from bot.states import Role
from tests.conftest import StandingClock, read_shipped
from tests.desk.browser import Browser
from tests.fakes.scripted_nlu import ScriptedNlu
from tests.fakes.server import ServerThread

PASSWORD = "four words without sense"


@cache
def hash_of_all() -> str:
    """Return the hash of the password of all tests, made once: it is slow on purpose."""
    account = Account()
    set_password(account, PASSWORD)
    return account.password_hash or ""


@dataclass
class Stage:
    """The desk, served on loopback, and its people."""

    services: Services
    clock: StandingClock
    address: str
    secrets: dict[str, str] = field(default_factory=dict)
    browsers: list[Browser] = field(default_factory=list)

    def register(self, name: str, role: Role, languages: tuple[str, ...] = ("de", "ar"), *, totp: bool = True) -> int:
        """Register a person with the password of all tests, editors and admins with a second factor."""
        now = self.clock.now()
        with self.services.database.writing() as session:
            account = add_account(session, name, role, list(languages), now)
            account.password_hash = hash_of_all()
            if totp and role in {Role.EDITOR, Role.ADMIN}:
                secret = self.secrets[name] = pyotp.random_base32()
                confirm_totp(account, secret, pyotp.TOTP(secret).at(now), self.services.vault, now)
            session.flush()
            return account.id

    def client(
        self, role: Role = Role.EDITOR, name: str = "", languages: tuple[str, ...] = ("de", "ar"), *, totp: bool = True
    ) -> Browser:
        """Return the browser of a person of this role, signed in with all that they have; registered if need be."""
        name = name or str(role)
        with self.services.database.reading() as session:
            number = session.scalar(select(Account.id).where(Account.name == name))
        number = number or self.register(name, role, languages, totp=totp)
        with self.services.database.writing() as session:
            account, now = session.get_one(Account, number), self.clock.now()
            token = open_session(session, account, now, second_factor=account.sealed_totp is not None)
        browser = self.browser()
        browser.enter(token)
        browser.get("/me")
        return browser

    def change_settings(self, **fields: Any) -> None:
        """Run the desk under other settings from now on."""
        object.__setattr__(self.services, "settings", self.services.settings.model_copy(update=fields))

    def sign_in(self, name: str) -> Browser:
        """Return the browser of somebody who was registered, after they signed in as people do."""
        browser = self.browser()
        browser.get("/signin")
        browser.post("/signin", name=name, password=PASSWORD)
        if name in self.secrets:
            self.clock.move(seconds=30)  # no code works twice
            browser.post("/signin/code", code=self.code(name))
        return browser

    def code(self, name: str) -> str:
        """Return the code of a person's second factor as it is now."""
        return pyotp.TOTP(self.secrets[name]).at(self.clock.now())

    def browser(self) -> Browser:
        """Return a browser that nobody signed in with."""
        browser = Browser(self.address)
        self.browsers.append(browser)
        return browser


@pytest.fixture
def desk(tmp_path: Path, database_url: str, clock: StandingClock) -> Iterator[Stage]:
    """Return the desk on an empty database with the shipped content."""
    settings = Settings(_env_file=None, var_dir=tmp_path / "var", database_url=database_url)
    services = build_services(settings, ScriptedNlu(), clock, read_shipped())
    server = ServerThread(build_desk(services), "127.0.0.1", 0)
    server.start()
    stage = Stage(services, clock, f"http://127.0.0.1:{server.port}")
    yield stage
    for browser in stage.browsers:
        browser.close()
    server.stop()
    services.database.close()
