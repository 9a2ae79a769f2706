"""Counters by day, topic and language."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.messages.conversation import Count
from bot.models import Counter


def count_all(session: Session, counts: Iterable[Count], language: str, day: dt.date) -> None:
    """Add one to each counter."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    for count in counts:
        values = {"day": day, "what": count.what, "topic": count.topic, "language": language, "count": 1}
        statement = insert(Counter).values(values)
        keys = ["day", "what", "topic", "language"]
        session.execute(statement.on_conflict_do_update(index_elements=keys, set_={"count": Counter.count + 1}))
