"""Makes the pictures of the help pages from the desk itself: `.venv/bin/python docs/desk_pictures.py` (wants chromium).

The desk runs on a database of its own with what ships, one invented question and people who do not exist.
"""

import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from bot.bootstrap import Services, build_services
from bot.desk.application import build_desk
from bot.desk.routes.help_pages import PICTURES
from bot.desk.visit import LANGUAGES, SESSION_COOKIE
from bot.messages.conversation import ChatState
from bot.models import Account, Counter
from bot.services.managing_accounts import add_account
from bot.services.remembering import save_state
from bot.services.reviewing import add_item
from bot.services.sharing_state import note_username
from bot.services.signing_in import open_session
from bot.settings import Settings
from bot.states import Role

PHONE, SCREEN = ViewportSize(width=360, height=740), ViewportSize(width=1000, height=760)
_CHAT = 1
QUESTION = "أين أجد دورة خياطة في ماغديبورغ؟"


@dataclass(frozen=True)
class Picture:
    """What is taken: name, page, whose eyes, and how wide."""

    name: str
    path: str
    role: Role
    size: ViewportSize


PAGES = (
    Picture("question", "/review/1", Role.VOLUNTEER, PHONE),
    Picture("translation", "/answers/find_flat/uk", Role.TRANSLATOR, SCREEN),
    Picture("half-hour", "/", Role.EDITOR, SCREEN),
    Picture("answer", "/answers/find_flat/de", Role.EDITOR, SCREEN),
    Picture("event", "/facts/events/new", Role.EDITOR, SCREEN),
    Picture("people", "/people", Role.ADMIN, SCREEN),
)


def fill(services: Services) -> dict[Role, str]:
    """Register a person of each role, a question and some demand; return the session of each person."""
    now, today = services.clock.now(), services.clock.today()
    with services.database.writing() as session:
        for role in Role:
            account = add_account(session, role.capitalize(), role, ["de", "ar", "uk"], now)
            account.toured = True
            # Editors and admins are shown with their second factor: without it a warning stands above every page.
            account.sealed_totp = services.vault.seal("of nobody")
        save_state(session, _CHAT, ChatState(chosen="ar"), services.vault, now)
        key = services.vault.chat_key(_CHAT)
        add_item(session, key, "ar", QUESTION, ("german_practice", "childcare"), services.vault, now)
        for topic, count in (("find_flat", 120), ("official_letter", 80), ("german_courses", 60)):
            session.add(Counter(day=today, what="answer", topic=topic, language="uk", count=count))
        note_username(session, "ExampleBot")
        accounts = session.query(Account).all()
        return {account.role: open_session(session, account, now, second_factor=True) for account in accounts}


@contextmanager
def serving(services: Services) -> Iterator[str]:
    """Serve the desk on a free port of loopback and yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(build_desk(services), log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def take(browser: Browser, address: str, picture: Picture, language: str, token: str) -> None:
    """Write one picture."""
    context = browser.new_context(base_url=address, locale=language, viewport=picture.size, device_scale_factor=1.5)
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": address}])
    page = context.new_page()
    response = page.goto(picture.path)
    if response is None or not response.ok:
        sys.exit(f"desk_pictures: {picture.path} could not be shown")
    page.screenshot(path=PICTURES / f"{picture.name}-{language}.png")
    context.close()


def main() -> None:
    """Write all pictures, in both languages of the desk."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit(
            "desk_pictures: chromium was not found; install it (Debian: apt-get install chromium fonts-noto-core)."
        )
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        services = build_services(Settings(_env_file=None, var_dir=Path(folder), database_url=None))
        tokens = fill(services)
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
        with serving(services) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=quiet)
            for picture in PAGES:
                for language in LANGUAGES:
                    take(browser, address, picture, language, tokens[picture.role])
            browser.close()
        services.database.close()


if __name__ == "__main__":
    main()
