"""A review queue of 100,000 open questions: how long its first page takes, and grouping one question more."""

import asyncio
import random
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, insert, select, text

from bot.adapters.training_examples import Example, read_examples
from bot.bootstrap import Services, build_services
from bot.desk.application import build_desk
from bot.desk.visit import SESSION_COOKIE
from bot.languages import TAGS
from bot.models import Account, ReviewItem, ReviewLog
from bot.services.evaluating import read_questions
from bot.services.grouping_questions import COMPARED, choose_cluster
from bot.services.listing_waiting import count_waiting, list_waiting
from bot.services.managing_accounts import add_account
from bot.services.reviewing import ASKER, add_item
from bot.services.signing_in import open_session
from bot.settings import ROOT, Settings
from bot.states import ReviewStatus, Role
from nlu.normalizing import normalize
from tests.chaos.databases import KINDS, Databases, Kind
from tests.chaos.lab import Say
from tests.chaos.machine import find_median, find_tail
from tests.chaos.preparing import seed_random
from tests.fakes.scripted_nlu import ScriptedNlu

QUESTIONS, TIMES, NEW = 100_000, 50, 200
_PEOPLE = (("a volunteer", Role.VOLUNTEER, ("ar", "uk")), ("an editor", Role.EDITOR, TAGS))
_BATCH = 5_000


def measure_queues(say: Say) -> dict[str, Any]:
    """Return the figures of a full queue on each database."""
    return {f"queue, {kind}": measure_queue(kind, say) for kind in KINDS}


def measure_queue(kind: Kind, say: Say) -> dict[str, Any]:
    """Fill the queue of an empty database and return its figures."""
    databases, rng = Databases(kind), seed_random(1)
    with ExitStack() as stack:
        stack.callback(databases.close)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "var")))
        url = stack.enter_context(databases.lend(folder)).url
        services = build_services(Settings(_env_file=None, var_dir=folder, database_url=url), ScriptedNlu())
        stack.callback(services.database.close)
        begun = time.monotonic()
        figures: dict[str, Any] = fill(services, rng)
        say(f"{kind}: {QUESTIONS} questions stored in {time.monotonic() - begun:.0f} s")
        for name, role, languages in _PEOPLE:
            figures |= measure_first_page(services, name, role, languages)
        figures |= measure_grouping(services, rng)
    return figures


def fill(services: Services, rng: random.Random) -> dict[str, int]:
    """Store the questions with the clusters they would have if each had come by itself, and return how many."""
    examples, now = read_examples(ROOT / "nlu" / "data"), services.clock.now()
    rows = list(draw_rows(services, [rng.choice(examples) for _ in range(QUESTIONS)], rng))
    with services.database.writing() as session:
        for begin in range(0, len(rows), _BATCH):
            session.execute(insert(ReviewItem), rows[begin : begin + _BATCH])
        logs = [
            {"item_id": number, "status": ReviewStatus.PENDING, "actor": ASKER, "at": now}
            for number in session.scalars(select(ReviewItem.id))
        ]
        session.execute(insert(ReviewLog), logs)
        last, clusters = session.execute(
            select(func.max(ReviewItem.id), func.count(ReviewItem.cluster.distinct()))
        ).one()
    if last != QUESTIONS:
        raise RuntimeError("the clusters name questions by numbers that they do not have")
    if not services.database.is_sqlite:  # a server does that by itself, within a minute
        with services.database.engine.connect() as connection:
            connection.execute(text("ANALYZE"))
            connection.commit()
    return {"questions": QUESTIONS, "groups of similar ones": clusters}


def draw_rows(services: Services, asked: Sequence[Example], rng: random.Random) -> Iterator[dict[str, Any]]:
    """Yield what is stored of each question: as `add_item` stores it, with the newest ones of a topic in memory."""
    now, folded = services.clock.now(), cache(normalize)
    words: dict[int, str] = {}
    newest: dict[str, deque[ReviewItem]] = defaultdict(lambda: deque(maxlen=COMPARED))
    for number, example in enumerate(asked, 1):
        near = list_near(example, services, rng)
        topic = near[0] if near else ""
        item = ReviewItem(id=number, language=example.language, nearest_topics=near)
        words[number] = folded(example.text)
        item.cluster = choose_cluster(item, words[number], newest[topic], lambda other: words[other.id])
        newest[topic].appendleft(item)
        yield {
            "chat_key": services.vault.chat_key(number),
            "language": example.language,
            "sealed_question": services.vault.seal(example.text),
            "nearest_topics": near,
            "topic": topic,
            "status": ReviewStatus.PENDING,
            "created_at": now,
            "cluster": item.cluster,
        }


def list_near(example: Example, services: Services, rng: random.Random) -> list[str]:
    """Return the topics near a question: its own and some others; none for one that is about something else."""
    topics = services.live.get().city
    return [example.intent, *rng.sample(topics, rng.randint(0, 2))] if example.intent in topics else []


def measure_first_page(services: Services, name: str, role: Role, languages: Sequence[str]) -> dict[str, float]:
    """Return how long the services behind the first page take, and the page as a browser gets it."""
    now = services.clock.now()
    with services.database.writing() as session:
        account = add_account(session, name, role, languages, now)
        session.flush()
        token = open_session(session, account, now)
        number = account.id

    def call_services() -> None:
        with services.database.reading() as session:
            account = session.get_one(Account, number)
            list_waiting(session, account, services.clock.now())
            count_waiting(session, account, services.clock.now())

    desk = httpx.ASGITransport(build_desk(services))
    client = httpx.AsyncClient(transport=desk, base_url="http://127.0.0.1", cookies={SESSION_COOKIE: token})
    with asyncio.Runner() as runner:

        def load_page() -> None:
            if "/review/next" not in runner.run(client.get("/review")).raise_for_status().text:
                raise RuntimeError("the page offers no question")

        return {
            **tell_times(f"first page of {name}, its services", time_calls([call_services] * TIMES)),
            **tell_times(f"first page of {name}", time_calls([load_page] * TIMES)),
        }


def measure_grouping(services: Services, rng: random.Random) -> dict[str, float]:
    """Return how long it takes to store one question more and find its group, from `BEGIN` to `COMMIT`."""
    asked = rng.sample(read_questions(ROOT / "tests" / "nlu" / "dev"), NEW)
    vault = services.vault

    def add(number: int, example: Example) -> Callable[[], object]:
        topics = tuple(list_near(example, services, rng))

        def store() -> None:
            with services.database.writing() as session:
                add_item(
                    session,
                    vault.chat_key(-number),
                    example.language,
                    example.text,
                    topics,
                    vault,
                    services.clock.now(),
                )

        return store

    calls = [add(number, Example(one.text, one.topic, one.language)) for number, one in enumerate(asked, 1)]
    return tell_times("a new question grouped", time_calls(calls))


def time_calls(calls: Sequence[Callable[[], object]]) -> list[float]:
    """Return the milliseconds of each call, the first one, which warms up, left out."""
    times = []
    for call in calls:
        begun = time.perf_counter()
        call()
        times.append((time.perf_counter() - begun) * 1000)
    return times[1:]


def tell_times(what: str, times: list[float]) -> dict[str, float]:
    """Return p50 and p95 of something, in milliseconds."""
    return {f"{what} p50, ms": find_median(times), f"{what} p95, ms": find_tail(times)}
