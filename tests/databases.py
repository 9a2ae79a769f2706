"""Databases for tests: each test has one of its own, copied from one that was prepared once."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import Protocol

from sqlalchemy import create_engine, make_url, text

from bot.db import Database

Prepare = Callable[[Database], None]


class Databases(Protocol):
    """Databases of one kind."""

    def lend(self, prepare: Prepare) -> AbstractContextManager[str]:
        """Lend the address of a database that is as `prepare` leaves an empty one."""
        ...


class SqliteDatabases:
    """Files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()
        self._templates: dict[Prepare, Path] = {}

    @contextmanager
    def lend(self, prepare: Prepare) -> Iterator[str]:
        """Lend the address of a copy."""
        if prepare not in self._templates:
            self._templates[prepare] = self._make_template(prepare)
        path = self._name_file()
        shutil.copyfile(self._templates[prepare], path)
        yield f"sqlite:///{path}"
        for file in self._folder.glob(f"{path.name}*"):  # the write-ahead log too
            file.unlink()

    def _make_template(self, prepare: Prepare) -> Path:
        path = self._name_file()
        database = Database(f"sqlite:///{path}")
        prepare(database)
        database.close()  # the last one to leave brings the write-ahead log into the file
        return path

    def _name_file(self) -> Path:
        return self._folder / f"{next(self._numbers)}.sqlite"


class PostgresqlDatabases:
    """Databases of a server; several processes may ask the same one."""

    def __init__(self, address: str) -> None:
        self._server = make_url(address)
        self._admin = create_engine(self._server, isolation_level="AUTOCOMMIT")
        self._templates: dict[Prepare, str] = {}

    @contextmanager
    def lend(self, prepare: Prepare) -> Iterator[str]:
        """Lend the address of a copy."""
        if prepare not in self._templates:
            self._templates[prepare] = self._make_template(prepare)
        name = self._create(self._templates[prepare])
        yield self._address(name)
        self._drop(name)

    def hurry(self) -> None:
        """Let the server not wait for the disk: nothing in it is to outlive the machine."""
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._execute(f"ALTER SYSTEM SET {setting} = off")
        self._execute("SELECT pg_reload_conf()")

    def close(self) -> None:
        """Drop what the copies were made of."""
        for name in self._templates.values():
            self._drop(name)
        self._admin.dispose()

    def _make_template(self, prepare: Prepare) -> str:
        name = self._create("template1")
        database = Database(self._address(name))
        prepare(database)
        database.close()
        return name

    def _create(self, template: str) -> str:
        name = f"test_{token_hex(8)}"
        # Copying files costs less than writing each page to the log, which is the rule.
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return name

    def _drop(self, name: str) -> None:
        self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _execute(self, command: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(command))

    def _address(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)
