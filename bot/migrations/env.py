"""Alembic's entry: migrates the connection that bot/adapters/schema.py hands over."""

from alembic import context

from bot import models  # noqa: F401 - fills the metadata
from bot.db import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
