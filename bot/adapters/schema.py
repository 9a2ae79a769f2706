"""The schema of the database, brought up to date by Alembic."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.db import Base, Database
from bot.settings import ROOT


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot" / "migrations"))
    return config


def upgrade_schema(database: Database) -> None:
    """Bring the database to the newest schema; nothing happens when it is there."""
    with database.engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def downgrade_schema(database: Database) -> None:
    """Take all migrations back, to an empty database."""
    with database.engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")


def get_schema_versions(database: Database) -> tuple[str | None, str | None]:
    """Return the revision that the database has and the newest one."""
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory.from_config(_config()).get_current_head()


def find_schema_differences(database: Database) -> list[object]:
    """Return what differs between the mapped classes and the database; empty when the migrations are complete."""
    with database.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def write_migration(database: Database, message: str) -> None:
    """Write a new migration from what differs; a developer reads and commits it."""
    with database.engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.revision(config, message=message, autogenerate=True)
