"""The one place that brings settings, adapters and services together."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from ruamel.yaml import YAML
from sqlalchemy.exc import DBAPIError

from bot.adapters.content_files import read_entries
from bot.adapters.rasa_nlu import RasaNlu
from bot.adapters.schema import upgrade_schema
from bot.adapters.system_clock import SystemClock
from bot.adapters.table_queue import TableQueue
from bot.db import Database
from bot.messages.content import Content, Entry
from bot.models import InboxRow, OutboxRow
from bot.ports.clock import Clock
from bot.ports.nlu import Nlu
from bot.ports.queue import Queue
from bot.services.conversing import Conversation
from bot.services.fitting_thresholds import FittedThresholds
from bot.services.following_content import LiveContent
from bot.services.recognising_crisis import compile_crisis
from bot.services.storing_content import build_content, import_content, restrict_to_approved
from bot.settings import ROOT, Settings
from bot.vault import Vault, load_vault

_log = logging.getLogger(__name__)
THRESHOLDS = ROOT / "nlu" / "thresholds.json"


@dataclass(frozen=True)
class Services:
    """What the faces work with."""

    settings: Settings
    database: Database
    vault: Vault
    clock: Clock
    inbox: Queue
    outbox: Queue
    conversation: Conversation
    live: LiveContent


def build_services(
    settings: Settings,
    nlu: Nlu | None = None,
    clock: Clock | None = None,
    entries: Sequence[Entry] | None = None,
) -> Services:
    """Return the services on a database that is brought up to date first, with what ships imported.

    `entries` are what ships, for those who have read the files already.
    """
    clock = clock or SystemClock()
    database = open_database(settings, clock, entries)
    live = LiveContent(database)
    content = publish(settings, live.get())
    conversation = Conversation(
        content,
        compile_crisis(content.crisis),
        nlu or RasaNlu(settings.nlu_url, settings.nlu_timeout),
        clock,
        settings,
        read_fitted_thresholds().thresholds,
    )
    return Services(
        settings=settings,
        database=database,
        vault=load_vault(settings.var_dir),
        clock=clock,
        inbox=TableQueue(database, InboxRow, clock),
        outbox=TableQueue(database, OutboxRow, clock),
        conversation=conversation,
        live=live,
    )


def open_database(settings: Settings, clock: Clock, entries: Sequence[Entry] | None = None) -> Database:
    """Return the database, brought up to date, with what ships imported."""
    database = Database(settings.database)
    upgrade_schema(database)
    import_shipped_content(database, entries or read_entries(settings.content_dir), clock)
    return database


def prepare_database(settings: Settings) -> None:
    """Bring the database up to date before several processes want to at once.

    When it is away nothing is done: each process says so, and tries again.
    """
    try:
        open_database(settings, SystemClock()).close()
    except DBAPIError as error:
        _log.warning("the database is not up to date yet (%s)", type(error).__name__)


def build_conversation(settings: Settings, nlu: Nlu) -> Conversation:
    """Return a conversation straight from the content files, without database: for the terminal."""
    content = publish(settings, build_content(read_entries(settings.content_dir)))
    thresholds = read_fitted_thresholds().thresholds
    return Conversation(content, compile_crisis(content.crisis), nlu, SystemClock(), settings, thresholds)


def import_shipped_content(database: Database, entries: Sequence[Entry], clock: Clock) -> None:
    """Import what ships into the database."""
    with database.writing() as session:
        report = import_content(session, entries, clock.now())
    _log.info("content: %s", report)


def publish(settings: Settings, content: Content) -> Content:
    """Return what the bot is to answer from: all, or what staff has approved."""
    return restrict_to_approved(content) if settings.publish == "approved-only" else content


def read_fitted_thresholds() -> FittedThresholds:
    """Return how sure the bot must be, as `bot fit` found it on the development split; raises ContentError."""
    return FittedThresholds.read(THRESHOLDS)


def read_intents() -> list[str]:
    """Return the intents of domain.yml."""
    domain = YAML(typ="safe").load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return list(domain["intents"])


def configure_logging(level: str) -> None:
    """Log to standard error; libraries that write addresses with the token in them say warnings only."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    for name in ("httpx", "httpcore", "telegram", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
