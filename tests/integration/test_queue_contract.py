"""The contract of the port `Queue`, for every adapter on every database."""

import threading

import pytest

from bot.adapters.table_queue import TableQueue
from bot.db import Database
from bot.models import InboxRow, OutboxRow
from bot.ports.queue import MAX_ATTEMPTS, Job, NewJob, Queue
from bot.states import JobState
from tests.conftest import StandingClock


@pytest.fixture
def inbox(database: Database, clock: StandingClock) -> Queue:
    return TableQueue(database, InboxRow, clock)


@pytest.fixture
def outbox(database: Database, clock: StandingClock) -> Queue:
    return TableQueue(database, OutboxRow, clock)


def put(queue: Queue, database: Database, *jobs: NewJob) -> int:
    with database.writing() as session:
        return queue.put(session, jobs)


def finish(queue: Queue, database: Database, job: Job) -> bool:
    with database.writing() as session:
        finished = queue.finish(session, job.id)
    queue.release(job)
    return finished


def test_job_is_handed_out_with_its_body(inbox: Queue, database: Database) -> None:
    put(inbox, database, NewJob("a", b"hello", 7))
    (job,) = inbox.claim(10)
    assert (job.lane, job.body, job.number, job.attempts) == ("a", b"hello", 7, 0)


def test_number_that_was_there_is_not_put_again(inbox: Queue, database: Database) -> None:
    assert put(inbox, database, NewJob("a", b"x", 7), NewJob("a", b"y", 8)) == 2
    assert put(inbox, database, NewJob("a", b"x", 7), NewJob("a", b"z", 9)) == 1


def test_number_stays_known_after_the_job_is_done(inbox: Queue, database: Database) -> None:
    put(inbox, database, NewJob("a", b"x", 7))
    finish(inbox, database, inbox.claim(1)[0])
    assert put(inbox, database, NewJob("a", b"x", 7)) == 0
    assert inbox.claim(1) == []


def test_lane_has_one_job_out_at_a_time_in_order(outbox: Queue, database: Database) -> None:
    put(outbox, database, NewJob("a", b"1"), NewJob("a", b"2"), NewJob("b", b"3"))
    first, other = outbox.claim(10)
    assert (first.body, other.body) == (b"1", b"3")
    assert outbox.claim(10) == []
    finish(outbox, database, first)
    assert [job.body for job in outbox.claim(10)] == [b"2"]


def test_job_that_was_not_finished_is_handed_out_after_a_restart(
    inbox: Queue, database: Database, clock: StandingClock
) -> None:
    put(inbox, database, NewJob("a", b"x", 1))
    inbox.claim(1)
    assert [job.body for job in TableQueue(database, InboxRow, clock).claim(1)] == [b"x"]


def test_finishing_twice_is_told(inbox: Queue, database: Database) -> None:
    put(inbox, database, NewJob("a", b"x", 1))
    (job,) = inbox.claim(1)
    assert finish(inbox, database, job) is True
    assert finish(inbox, database, job) is False


def test_finish_in_a_unit_that_fails_does_not_count(inbox: Queue, database: Database) -> None:
    put(inbox, database, NewJob("a", b"x", 1))
    (job,) = inbox.claim(1)
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        inbox.finish(session, job.id)
        raise ZeroDivisionError
    inbox.release(job)
    assert [again.body for again in inbox.claim(1)] == [b"x"]


def test_body_is_emptied_when_done(inbox: Queue, outbox: Queue, database: Database) -> None:
    for queue in (inbox, outbox):
        put(queue, database, NewJob("a", b"x", 1))
        finish(queue, database, queue.claim(1)[0])
    with database.reading() as session:
        row = session.query(InboxRow).one()
        assert (row.body, row.lane) == (None, "")
        assert session.query(OutboxRow).count() == 0


def test_retry_waits_and_holds_its_lane(inbox: Queue, database: Database, clock: StandingClock) -> None:
    put(inbox, database, NewJob("a", b"1", 1), NewJob("a", b"2", 2))
    (job,) = inbox.claim(1)
    with database.writing() as session:
        assert inbox.retry(session, job.id, "ValueError", 10) is JobState.PENDING
    inbox.release(job)
    assert inbox.claim(10) == []
    assert inbox.seconds_until_due() == pytest.approx(10)
    clock.move(seconds=11)
    assert inbox.seconds_until_due() == 0
    (again,) = inbox.claim(10)
    assert (again.body, again.attempts) == (b"1", 1)


def test_job_is_parked_after_too_many_tries_and_its_lane_goes_on(
    inbox: Queue, database: Database, clock: StandingClock
) -> None:
    put(inbox, database, NewJob("a", b"bad", 1), NewJob("a", b"good", 2))
    states = []
    for _ in range(MAX_ATTEMPTS):
        (job,) = inbox.claim(1)
        with database.writing() as session:
            states.append(inbox.retry(session, job.id, "ValueError", 1))
        inbox.release(job)
        clock.move(seconds=2)
    assert states == [JobState.PENDING] * (MAX_ATTEMPTS - 1) + [JobState.PARKED]
    assert inbox.count(JobState.PARKED) == 1
    assert [job.body for job in inbox.claim(1)] == [b"good"]


def test_postponing_costs_no_try(outbox: Queue, database: Database, clock: StandingClock) -> None:
    put(outbox, database, NewJob("a", b"x"))
    for _ in range(MAX_ATTEMPTS + 1):
        (job,) = outbox.claim(1)
        with database.writing() as session:
            outbox.postpone(session, job.id, 30)
        outbox.release(job)
        assert outbox.claim(1) == []
        clock.move(seconds=31)
    assert [job.body for job in outbox.claim(1)] == [b"x"]


def test_nothing_waits_in_an_empty_queue(inbox: Queue) -> None:
    assert inbox.claim(5) == []
    assert inbox.seconds_until_due() is None


def test_many_writers_lose_nothing(outbox: Queue, database: Database) -> None:
    def write(lane: str) -> None:
        for number in range(50):
            put(outbox, database, NewJob(lane, str(number).encode()))

    threads = [threading.Thread(target=write, args=(lane,)) for lane in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen: dict[str, list[int]] = {"a": [], "b": [], "c": []}
    while jobs := outbox.claim(10):
        for job in jobs:
            seen[job.lane].append(int(job.body))
            finish(outbox, database, job)
    assert seen == {lane: list(range(50)) for lane in "abc"}
