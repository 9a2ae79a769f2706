"""What the bot needs and what it has: for `bot doctor` and `bot status`."""

import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from bot import __version__
from bot.adapters.content_files import read_entries
from bot.adapters.rasa_nlu import RasaNlu
from bot.adapters.rasa_process import find_live
from bot.adapters.rasa_training import needs_training
from bot.adapters.schema import get_schema_versions
from bot.adapters.system_clock import SystemClock
from bot.adapters.table_queue import TableQueue
from bot.adapters.telegram_sender import find_bot_name
from bot.db import Database
from bot.errors import BotError
from bot.models import InboxRow, OutboxRow
from bot.services.storing_content import build_content
from bot.settings import Settings
from bot.states import JobState


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it is good, and what to do when it is not."""

    good: bool
    text: str


async def diagnose(settings: Settings) -> list[Finding]:
    """Return what was found of NLU environment, model, content, database, port and token."""
    return [
        _check_nlu_environment(settings),
        _check_model(settings),
        _check_content(settings),
        _check_database(settings),
        await _check_port(settings),
        await _check_token(settings),
    ]


async def report_status(settings: Settings) -> list[tuple[str, str]]:
    """Return (name, value) of the versions and of the queues."""
    live = find_live(settings)
    database = Database(settings.database)
    clock = SystemClock()
    try:
        current, newest = get_schema_versions(database)
        inbox, outbox = TableQueue(database, InboxRow, clock), TableQueue(database, OutboxRow, clock)
        waiting = [
            f"{queue.count(JobState.PENDING)} waiting, {queue.count(JobState.PARKED)} parked"
            if current
            else "no schema yet"
            for queue in (inbox, outbox)
        ]
    except SQLAlchemyError as error:
        current, newest, waiting = None, None, [f"the database cannot be read ({type(error).__name__})"] * 2
    nlu = RasaNlu(settings.nlu_url, settings.nlu_timeout)
    running = await nlu.find_model()
    await nlu.close()
    return [
        ("code", __version__),
        ("data", live.data[:12] if live else "-"),
        ("model", f"{live.model}, trained {live.trained_at}" if live else "none: run make train"),
        ("nlu", f"running with {running}" if running else "not running"),
        ("schema", f"{current or 'none'}" + ("" if current == newest else f", newest is {newest}")),
        ("inbox", waiting[0]),
        ("outbox", waiting[1]),
    ]


def _check_nlu_environment(settings: Settings) -> Finding:
    there = settings.nlu_python.is_file()
    return Finding(
        there, "Rasa's environment is there" if there else f"{settings.nlu_python} is missing: run make setup"
    )


def _check_model(settings: Settings) -> Finding:
    live = find_live(settings)
    if live is None:
        return Finding(good=False, text="there is no trained model: run make train")
    if needs_training(settings):
        return Finding(good=False, text=f"the model {live.model} is older than its data: run make train")
    return Finding(good=True, text=f"the model {live.model} fits its data")


def _check_content(settings: Settings) -> Finding:
    try:
        content = build_content(read_entries(settings.content_dir))
    except BotError as error:
        return Finding(good=False, text=f"content: {error}")
    return Finding(good=True, text=f"content: {len(content.places)} places, {len(content.topics)} topics")


def _check_database(settings: Settings) -> Finding:
    try:
        current, newest = get_schema_versions(Database(settings.database))
    except SQLAlchemyError as error:
        return Finding(good=False, text=f"the database cannot be reached ({type(error).__name__}): check DATABASE_URL")
    if current == newest:
        return Finding(good=True, text=f"the database has schema {current}")
    return Finding(good=True, text=f"the database gets schema {newest} at the next start (now: {current or 'none'})")


async def _check_port(settings: Settings) -> Finding:
    nlu = RasaNlu(settings.nlu_url, settings.nlu_timeout)
    running = await nlu.find_model()
    await nlu.close()
    if running:
        return Finding(good=True, text=f"the NLU server runs with {running}")
    address = urlsplit(settings.nlu_url)
    taken = find_taken_port(address.hostname or "127.0.0.1", address.port or 80)
    if taken:
        return Finding(good=False, text=f"{taken}: stop that program or set NLU_URL to another port")
    return Finding(good=True, text=f"port {address.port} is free for the NLU server")


async def _check_token(settings: Settings) -> Finding:
    if settings.telegram_bot_token is None:
        return Finding(good=True, text="no TELEGRAM_BOT_TOKEN: `bot run` starts the chat in the terminal")
    try:
        name = await find_bot_name(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)
    except BotError as error:
        return Finding(good=False, text=str(error))
    return Finding(good=True, text=f"the token belongs to @{name}")


def find_taken_port(host: str, port: int) -> str | None:
    """Return a sentence when something listens on a port already, else None."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return f"port {port} is taken by another program" if probe.connect_ex((host, port)) == 0 else None
