"""A visit: one request, with who makes it, in which language, and everything that a page needs to answer."""

import datetime as dt
import hmac
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.adapters.system_clock import BERLIN
from bot.bootstrap import Services, publish
from bot.desk.guarding import Attempts
from bot.desk.permissions import Permission, may
from bot.errors import NotFoundError
from bot.i18n import Strings, get_strings
from bot.messages.content import Content
from bot.services.signing_in import Person

LANGUAGES = ("de", "en")
LANGUAGE_COOKIE, SESSION_COOKIE, CSRF_COOKIE, NOTE_COOKIE = "desk_language", "desk_session", "desk_csrf", "desk_note"
SEE_OTHER = 303
_NUMBER = re.compile(r"[0-9]{1,9}")  # what fits into a column of the database


@dataclass(frozen=True)
class Visit:
    """One request at the desk.

    Attributes:
        person: who is signed in; None before.
        attempts: counts tries to sign in.
        form: what was sent; empty for a page that is only shown.
        browser: random cookie of this browser; the token against forged requests is derived from it.
    """

    request: Request
    services: Services
    environment: Environment
    attempts: Attempts
    person: Person | None
    form: FormData
    browser: str

    @cached_property
    def strings(self) -> Strings:
        """Return the texts of the desk in the language of the visit: German unless English is wanted."""
        return get_strings(self.language, "desk")

    @property
    def language(self) -> str:
        """Return the tag chosen by click, else what the browser asks for, else German."""
        chosen = self.request.cookies.get(LANGUAGE_COOKIE)
        if chosen in LANGUAGES:
            return chosen
        wanted = self.request.headers.get("accept-language", "")[:2].lower()
        return wanted if wanted in LANGUAGES else LANGUAGES[0]

    @property
    def csrf(self) -> str:
        """Return the token that every form carries."""
        return make_csrf(self.services, self.browser, self.token)

    @property
    def now(self) -> dt.datetime:
        """Return the time in UTC."""
        return self.services.clock.now()

    @property
    def today(self) -> dt.date:
        """Return the date in Magdeburg."""
        return self.services.clock.today()

    @property
    def four_eyes(self) -> bool:
        """Tell whether another person than the author has to publish."""
        return self.services.settings.desk_four_eyes

    @cached_property
    def content(self) -> Content:
        """Return what the bot answers from: looked up once, and again after a unit that writes."""
        return self.services.live.get()

    @cached_property
    def published(self) -> Content:
        """Return what readers get of the content: all of it, or only what staff has approved."""
        return publish(self.services.settings, self.content)

    @property
    def signed_in(self) -> Person:
        """Return the person; the route table lets nobody else come here."""
        assert self.person is not None
        return self.person

    def param(self, name: str) -> str:
        """Return a part of the path."""
        return str(self.request.path_params[name])

    def number(self, name: str = "number") -> int:
        """Return a part of the path as a number; raises NotFoundError."""
        if not _NUMBER.fullmatch(self.param(name)):
            raise NotFoundError("there is no such page")
        return int(self.param(name))

    def text(self, name: str, default: str = "") -> str:
        """Return a field of the form, without space around it."""
        value = self.form.get(name, default)
        return value.replace("\r\n", "\n").replace("\0", "").strip() if isinstance(value, str) else default

    def line(self, name: str, longest: int) -> str:
        """Return a field of the form as one line, cut where it is too long."""
        return " ".join(self.text(name).split())[:longest]

    def day(self, name: str) -> dt.datetime | None:
        """Return the beginning of a day in Magdeburg; None for no day."""
        try:
            return dt.datetime.combine(dt.date.fromisoformat(self.text(name)), dt.time(), BERLIN)
        except ValueError:
            return None

    def password(self, name: str) -> str:
        """Return a field of the form as it was typed."""
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    @property
    def token(self) -> str:
        """Return the token of the session."""
        return self.request.cookies.get(SESSION_COOKIE, "")

    @property
    def address(self) -> str:
        """Return where the request comes from; behind a proxy that is the proxy."""
        return self.request.client.host if self.request.client else "?"

    @property
    def desk_url(self) -> str:
        """Return the desk as people reach it."""
        return self.services.settings.desk_address

    def query(self, name: str, default: str = "") -> str:
        """Return a parameter of the address."""
        return self.request.query_params.get(name, default)

    def find_number(self, name: str) -> int | None:
        """Return a parameter of the address as a number; None for what is none."""
        value = self.query(name)
        return int(value) if _NUMBER.fullmatch(value) else None

    @property
    def by_htmx(self) -> bool:
        """Tell whether a part of the page is wanted instead of all of it."""
        return self.request.headers.get("hx-request") == "true"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a unit that only reads."""
        with self.services.database.reading() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a unit that writes, committed at the end of the block."""
        try:
            with self.services.database.writing() as session:
                yield session
        finally:
            for looked_up in ("content", "published"):
                self.__dict__.pop(looked_up, None)

    def may(self, permission: str) -> bool:
        """Tell whether the person's role allows this."""
        return may(self.person, Permission(permission))

    def render(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a page."""
        note = self.request.cookies.get(NOTE_COOKIE, "")
        page = self.environment.get_template(template).render(
            visit=self,
            person=self.person,
            strings=self.strings,
            _=self.strings.gettext,
            ngettext=self.strings.ngettext,
            csrf=self.csrf,
            language=self.language,
            path=self.request.url.path,
            note=_read_note(self.services, note),
            **values,
        )
        response = HTMLResponse(page, status_code=status)
        if note:
            response.delete_cookie(NOTE_COOKIE, path="/")
        return response

    def go(self, path: str, note: str = "", **query: str) -> Response:
        """Return a redirect after something was done, with a sentence that the next page shows once."""
        address = f"{path}?{urlencode(query)}" if query else path
        response = RedirectResponse(address, status_code=SEE_OTHER)
        if note:
            self.set_cookie(response, NOTE_COOKIE, _write_note(self.services, note), seconds=60)
        return response

    def set_cookie(self, response: Response, name: str, value: str, *, seconds: int | None = None) -> None:
        """Set a cookie that scripts cannot read; over TLS alone where the desk stands behind it."""
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/",
            httponly=True,
            samesite="lax",
            secure=self.services.settings.desk_address.startswith("https://"),
        )


def make_csrf(services: Services, browser: str, session: str) -> str:
    """Return the token of a browser and its session, which nobody can make without the key in var/."""
    return services.vault.sign(f"csrf {browser} {session}")


def is_csrf_right(services: Services, request: Request, token: str) -> bool:
    """Tell whether a form came from a page of this desk, shown to this browser."""
    browser = request.cookies.get(CSRF_COOKIE, "")
    expected = make_csrf(services, browser, request.cookies.get(SESSION_COOKIE, ""))
    return bool(browser) and hmac.compare_digest(expected.encode(), token.encode())


def _write_note(services: Services, note: str) -> str:
    hexed = note.encode().hex()
    return f"{services.vault.sign('note ' + hexed)[:32]}.{hexed}"


def _read_note(services: Services, cookie: str) -> str:
    """Return the sentence of a cookie that we wrote ourselves; nothing of one that somebody else made."""
    signature, _, hexed = cookie.partition(".")
    if not hexed or not hmac.compare_digest(services.vault.sign("note " + hexed)[:32].encode(), signature.encode()):
        return ""
    return bytes.fromhex(hexed).decode()
