"""The embedded queue: a table and one process that works on it."""

import datetime as dt
import threading
from collections.abc import Sequence
from typing import Any

from sqlalchemy import CursorResult, Select, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from bot.db import Database
from bot.models import InboxRow, OutboxRow
from bot.ports.clock import Clock
from bot.ports.queue import MAX_ATTEMPTS, Job, NewJob
from bot.states import JobState


class TableQueue:
    """Keeps jobs in the inbox or outbox table.

    Which lanes are busy is known in memory alone: Telegram allows one poller per bot, hence one process works on
    the table, and after a crash every job that was not finished is simply pending again.
    """

    def __init__(self, database: Database, rows: type[InboxRow] | type[OutboxRow], clock: Clock) -> None:
        self._database = database
        self._rows: Any = rows
        self._clock = clock
        self._numbered = rows is InboxRow
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    def put(self, session: Session, jobs: Sequence[NewJob]) -> int:
        """Add jobs and return how many were new."""
        if not jobs:
            return 0
        now = self._clock.now()
        values = [{"lane": job.lane, "body": job.body, "created_at": now, "attempts": 0} for job in jobs]
        if not self._numbered:
            session.execute(insert(self._rows), values)
            return len(values)
        numbered = [{**value, "number": job.number} for value, job in zip(values, jobs, strict=True)]
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        statement = (
            dialect.insert(self._rows).on_conflict_do_nothing(index_elements=["number"]).returning(self._rows.id)
        )
        return sum(session.scalar(statement, value) is not None for value in numbered)

    def claim(self, limit: int) -> list[Job]:
        """Hand out the oldest job of up to `limit` lanes that have none handed out and are not told to wait."""
        with self._lock:
            heads = self._heads().limit(limit).where(self._rows.lane.not_in(self._busy))
            with self._database.reading() as session:
                rows = session.scalars(heads).all()
            self._busy.update(row.lane for row in rows)
            return [self._job(row) for row in rows]

    def finish(self, session: Session, job_id: int) -> bool:
        """Mark a job done and empty its body; False when it was no longer pending (done twice)."""
        pending = (self._rows.id == job_id, self._rows.state == JobState.PENDING)
        if not self._numbered:
            return _rowcount(session.execute(delete(self._rows).where(*pending))) == 1
        done = {"state": JobState.DONE, "body": None, "lane": "", "finished_at": self._clock.now(), "error": None}
        return _rowcount(session.execute(update(self._rows).where(*pending).values(**done))) == 1

    def retry(self, session: Session, job_id: int, error: str, delay: float) -> JobState:
        """Put a job back for `delay` seconds; after MAX_ATTEMPTS tries it is parked and its lane goes on."""
        row = session.get(self._rows, job_id)
        if row is None or row.state is not JobState.PENDING:
            return JobState.DONE
        row.attempts += 1
        row.error = error[:80]
        row.not_before = self._clock.now() + dt.timedelta(seconds=delay)
        if row.attempts >= MAX_ATTEMPTS:
            row.state = JobState.PARKED
            row.finished_at = self._clock.now()
        return JobState(row.state)

    def postpone(self, session: Session, job_id: int, delay: float) -> None:
        """Put a job back for `delay` seconds without counting a try."""
        later = self._clock.now() + dt.timedelta(seconds=delay)
        session.execute(update(self._rows).where(self._rows.id == job_id).values(not_before=later))

    def release(self, job: Job) -> None:
        """Free the lane of a job that was handed out, whatever came of it."""
        with self._lock:
            self._busy.discard(job.lane)

    def seconds_until_due(self) -> float | None:
        """Return the seconds until the next waiting job is due, 0 when one is due now, None when there is none."""
        with self._lock, self._database.reading() as session:
            heads = self._heads(due=False).where(self._rows.lane.not_in(self._busy)).subquery()
            soonest, waiting = session.execute(
                select(func.min(heads.c.not_before), func.count()).where(heads.c.not_before.is_not(None))
            ).one()
            due_now = session.scalar(select(func.count()).select_from(heads).where(heads.c.not_before.is_(None)))
        if due_now:
            return 0.0
        return max(0.0, (soonest - self._clock.now()).total_seconds()) if waiting else None

    def count(self, state: JobState) -> int:
        """Return how many jobs are in a state."""
        with self._database.reading() as session:
            return session.scalar(select(func.count()).select_from(self._rows).where(self._rows.state == state)) or 0

    def _heads(self, *, due: bool = True) -> Select[Any]:
        rows, earlier = self._rows, aliased(self._rows)
        is_head = ~(
            select(earlier.id)
            .where(earlier.state == JobState.PENDING, earlier.lane == rows.lane, earlier.id < rows.id)
            .exists()
        )
        heads = select(rows).where(rows.state == JobState.PENDING, is_head).order_by(rows.id)
        if due:
            heads = heads.where(rows.not_before.is_(None) | (rows.not_before <= self._clock.now()))
        return heads

    def _job(self, row: Any) -> Job:
        return Job(row.id, row.lane, row.body, row.attempts, row.number if self._numbered else None)


def _rowcount(result: Any) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
