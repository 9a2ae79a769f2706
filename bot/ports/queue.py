"""Durable work, in order within each lane (a chat)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from bot.states import JobState

MAX_ATTEMPTS = 5


@dataclass(frozen=True)
class NewJob:
    """Work to be put.

    Attributes:
        lane: jobs of one lane are done one after the other, in the order they were put.
        body: what to do, sealed.
        number: a number that occurs once; a second job with it is not put. Only the inbox has numbers.
    """

    lane: str
    body: bytes
    number: int | None = None


@dataclass(frozen=True)
class Job:
    """Work handed out.

    Attributes:
        attempts: how often it was tried before.
    """

    id: int
    lane: str
    body: bytes
    attempts: int
    number: int | None = None


class Queue(Protocol):
    """Jobs that survive a crash. A job is handed out again after a restart unless it was finished.

    What takes a `Session` happens in the caller's unit of work, together with whatever else stands in it.
    """

    def put(self, session: Session, jobs: Sequence[NewJob]) -> int:
        """Add jobs and return how many were new."""
        ...

    def claim(self, limit: int) -> list[Job]:
        """Hand out the oldest job of up to `limit` lanes that have none handed out and are not told to wait."""
        ...

    def finish(self, session: Session, job_id: int) -> bool:
        """Mark a job done and empty its body; False when it was no longer pending (done twice)."""
        ...

    def retry(self, session: Session, job_id: int, error: str, delay: float) -> JobState:
        """Put a job back for `delay` seconds; after MAX_ATTEMPTS tries it is parked and its lane goes on."""
        ...

    def postpone(self, session: Session, job_id: int, delay: float) -> None:
        """Put a job back for `delay` seconds without counting a try."""
        ...

    def release(self, job: Job) -> None:
        """Free the lane of a job that was handed out, whatever came of it. Call it after the unit is committed."""
        ...

    def seconds_until_due(self) -> float | None:
        """Return the seconds until the next waiting job is due, 0 when one is due now, None when there is none."""
        ...

    def count(self, state: JobState) -> int:
        """Return how many jobs are in a state."""
        ...
