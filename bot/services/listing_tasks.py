"""The half hour of staff: what to do next, by the harm that a mistake does, how often people ask, and age."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from bot.errors import NotFoundError
from bot.languages import SOURCE
from bot.messages.content import Answer, AnyFact, Content, Gap, Rule
from bot.models import ContentEntry, PutAway, Revision
from bot.services.checking_facts import has_ended
from bot.services.deciding import CRISIS
from bot.services.editing_content import find_body, list_proposals, save
from bot.services.finding_due import DueFact, DueReason, find_due
from bot.services.measuring_progress import ANSWERED, Demand, count_questions
from bot.services.storing_content import find_translation_state
from bot.states import AnswerState, DecisionKind, Role, TranslationState

MOST = 10
A_WEEK, A_MONTH = dt.timedelta(days=7), dt.timedelta(days=30)
_MOVED = frozenset({DueReason.ENDING, DueReason.OVER})
# A topic that was only suggested is something that people may have looked for.
_WANTED = ANSWERED | {DecisionKind.SUGGEST}
_GAPS = "gaps.yml"


class TaskKind(StrEnum):
    """What is to be done."""

    CONFIRM = "confirm"  # a fact: ask the office, or read its source
    RENEW = "renew"  # a rule that ends, an event that is over: what comes next?
    READ = "read"  # a translation
    APPROVE = "approve"  # a German text
    FILL = "fill"  # a gap that people ask for
    DECIDE = "decide"  # what somebody proposed


KINDS: Mapping[Role, frozenset[TaskKind]] = {
    Role.VOLUNTEER: frozenset(),
    Role.TRANSLATOR: frozenset({TaskKind.READ}),
    Role.EDITOR: frozenset(TaskKind),
    Role.ADMIN: frozenset(TaskKind),
}
_NAME = re.compile(rf"(?=.{{1,160}}$)({'|'.join(TaskKind)})(:[A-Za-z0-9_-]+){{0,2}}")


@dataclass(frozen=True)
class Worker:
    """For whom tasks are listed: number and name of the account, role, languages they read.

    Attributes:
        four_eyes: whether another person has to approve what they propose.
    """

    id: int
    name: str
    role: Role
    languages: tuple[str, ...]
    four_eyes: bool = False


@dataclass(frozen=True)
class Task:
    """One thing to do.

    Attributes:
        key: id of the fact, the topic or the gap.
        demand: how often people asked for its topics, in 90 days.
        since: from when it has been waiting.
        harmful: whether a mistake there does harm: topics marked `care` or `urgent`, and danger.
        language: of the text to read.
        translation: how that text stands; None for one that is missing, and for German.
        count: how many proposals wait.
    """

    kind: TaskKind
    key: str
    demand: int
    since: dt.date
    harmful: bool
    language: str = ""
    fact: AnyFact | None = None
    gap: Gap | None = None
    answer: Answer | None = None
    translation: TranslationState | None = None
    count: int = 1

    @property
    def name(self) -> str:
        """Return what it is known by when somebody puts it away."""
        return ":".join(part for part in (self.kind, self.key, self.language) if part)

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the topics that it is about; none for proposals, which may be about many."""
        if about := self.fact or self.gap:
            return about.topics
        return (self.key,) if self.answer else ()

    @property
    def rank(self) -> tuple[bool, int, dt.date, str]:
        """Return what tasks are sorted by: harm, demand, age."""
        return (not self.harmful, -self.demand, self.since, self.name)


@dataclass(frozen=True)
class Agenda:
    """The tasks for now, and how many more of each kind wait behind them."""

    tasks: tuple[Task, ...]
    more: Mapping[TaskKind, int]


def list_tasks(session: Session, content: Content, worker: Worker, today: dt.date) -> Agenda:
    """Return the ten tasks that matter most of those that the worker can do and has not put away."""
    desk = _Desk(session, content, worker, today, count_questions(session, _WANTED, today))
    away = _find_put_away(session, worker.id, today)
    found = (task for kind in KINDS[worker.role] for task in _FINDERS[kind](desk))
    tasks = sorted((task for task in found if task.name not in away), key=lambda task: task.rank)
    return Agenda(tuple(tasks[:MOST]), Counter(task.kind for task in tasks[MOST:]))


def put_away(session: Session, task: str, account_id: int | None, until: dt.date, today: dt.date) -> None:
    """Show a task no more until a day: to one person, or to nobody when the account is None.

    Raises NotFoundError for what is no task's name. Rows whose day is over go on this occasion.
    """
    if not _NAME.fullmatch(task):
        raise NotFoundError(f"there is no task {task}")
    session.execute(delete(PutAway).where(PutAway.until <= today))
    session.add(PutAway(task=task, account_id=account_id, until=until))


def postpone_gap(session: Session, key: str, today: dt.date) -> None:
    """Ask for a gap again in a month: the office does not know it yet either; raises NotFoundError."""
    _get_gap(session, key)
    put_away(session, f"{TaskKind.FILL}:{key}", None, today + A_MONTH, today)


def settle_gap(session: Session, key: str, author: str, now: dt.datetime, today: dt.date) -> None:
    """Note that a gap was found out and stands in a fact now; raises NotFoundError."""
    body = _get_gap(session, key)
    save(session, _GAPS, key, {**body, "settled_on": today.isoformat()}, author, now, seen=body)


@dataclass(frozen=True)
class _Desk:
    """What tasks are found from."""

    session: Session
    content: Content
    worker: Worker
    today: dt.date
    asked: Demand

    @cached_property
    def _by_topic(self) -> Mapping[str, int]:
        counts: Counter[str] = Counter()
        for (topic, _), count in self.asked.items():
            counts[topic] += count
        return counts

    @cached_property
    def due(self) -> Sequence[DueFact]:
        """Return the facts to ask about again."""
        return find_due(self.content, self.today)

    @cached_property
    def changed(self) -> Mapping[tuple[str, str], dt.date]:
        """Return the day on which each answer was last written, by language and topic."""
        query = select(ContentEntry.file, ContentEntry.key, ContentEntry.changed_at)
        rows = self.session.execute(query.where(ContentEntry.file.contains("/")))
        return {(file.split("/")[0], key): changed.date() for file, key, changed in rows}

    def demand(self, topics: Iterable[str]) -> int:
        """Return how often people asked for any of these topics, in all languages."""
        return sum(self._by_topic.get(topic, 0) for topic in set(topics))

    def harmful(self, topics: Iterable[str]) -> bool:
        """Tell whether a mistake in one of these topics does harm."""
        found = (self.content.topics.get(topic) for topic in topics)
        return any(topic and (topic.care or topic.urgent or topic.id == CRISIS) for topic in found)


def _find_facts(desk: _Desk) -> Iterator[Task]:
    """Yield the facts that nobody confirmed or that are due, save those that want another date, or have ended."""
    moved = {entry.fact.id for entry in desk.due if entry.reason in _MOVED}
    old = {entry.fact.id for entry in desk.due}
    for fact in desk.content.facts:
        over = isinstance(fact, Rule) and has_ended(fact, desk.today)
        if not over and fact.id not in moved and (fact.id in old or not fact.confirmed_on):
            yield _make_fact_task(desk, TaskKind.CONFIRM, fact, fact.known_on or fact.seen)


def _find_moved(desk: _Desk) -> Iterator[Task]:
    """Yield the rules that end within 60 days and the events that are over."""
    for entry in desk.due:
        if entry.reason in _MOVED:
            yield _make_fact_task(desk, TaskKind.RENEW, entry.fact, entry.due_on)


def _make_fact_task(desk: _Desk, kind: TaskKind, fact: AnyFact, since: dt.date) -> Task:
    return Task(kind, fact.id, desk.demand(fact.topics), since, desk.harmful(fact.topics), fact=fact)


def _find_translations(desk: _Desk) -> Iterator[Task]:
    """Yield the translations in the worker's languages that are missing, outdated, or read by nobody yet.

    Those of which a proposal of the worker waits are done as far as they can do it.
    """
    waiting = [revision for revision in list_proposals(desk.session) if revision.author == desk.worker.name]
    proposed = {(revision.file.split("/")[0], revision.key) for revision in waiting}
    for topic, german in desk.content.answers[SOURCE].items():
        for tag in set(desk.worker.languages) - {SOURCE}:
            answer = desk.content.answers.get(tag, {}).get(topic)
            state = find_translation_state(answer, german) if answer else None
            if state is TranslationState.REVIEWED or (tag, topic) in proposed:
                continue
            # What is missing or outdated has been so since the German was written.
            written = tag if state is TranslationState.MACHINE_DRAFT else SOURCE
            yield Task(
                TaskKind.READ,
                topic,
                desk.asked.get((topic, tag), 0),
                desk.changed.get((written, topic), desk.today),
                desk.harmful([topic]),
                language=tag,
                answer=answer or german,
                translation=state,
            )


def _find_drafts(desk: _Desk) -> Iterator[Task]:
    """Yield the German texts that are not public yet: until then readers are told so in every language."""
    for topic, german in desk.content.answers[SOURCE].items():
        if german.state is not AnswerState.PUBLIC:
            since = desk.changed.get((SOURCE, topic), desk.today)
            harmful, demand = desk.harmful([topic]), desk.demand([topic])
            yield Task(TaskKind.APPROVE, topic, demand, since, harmful, language=SOURCE, answer=german)


def _find_gaps(desk: _Desk) -> Iterator[Task]:
    """Yield the open gaps in topics that people ask for."""
    for gap in desk.content.gaps.values():
        demand = desk.demand(gap.topics)
        if demand and not gap.settled_on:
            yield Task(TaskKind.FILL, gap.id, demand, gap.since, desk.harmful(gap.topics), gap=gap)


def _find_proposals(desk: _Desk) -> Iterator[Task]:
    """Yield one task for all proposals that the worker may decide: they stand on one page."""
    own = desk.worker.name if desk.worker.four_eyes else None
    waiting = [revision for revision in list_proposals(desk.session) if revision.author != own]
    if not waiting:
        return
    topics = {topic for revision in waiting for topic in _list_topics(revision)}
    oldest = min(revision.created_at for revision in waiting).date()
    harmful, demand = desk.harmful(topics), desk.demand(topics)
    yield Task(TaskKind.DECIDE, "", demand, oldest, harmful, count=len(waiting))


def _list_topics(revision: Revision) -> Iterable[str]:
    """Return the topics that a proposal is about: those a fact names, or the topic that an answer is called by."""
    named = revision.body.get("topics", ()) if isinstance(revision.body, dict) else ()
    return (revision.key, *named)


def _find_put_away(session: Session, account_id: int, today: dt.date) -> Collection[str]:
    mine = or_(PutAway.account_id == account_id, PutAway.account_id.is_(None))
    return set(session.scalars(select(PutAway.task).where(mine, PutAway.until > today)))


def _get_gap(session: Session, key: str) -> dict[str, Any]:
    body = find_body(session, _GAPS, key)
    if body is None:
        raise NotFoundError(f"there is no gap {key}")
    return dict(body)


_FINDERS: Mapping[TaskKind, Callable[[_Desk], Iterator[Task]]] = {
    TaskKind.CONFIRM: _find_facts,
    TaskKind.RENEW: _find_moved,
    TaskKind.READ: _find_translations,
    TaskKind.APPROVE: _find_drafts,
    TaskKind.FILL: _find_gaps,
    TaskKind.DECIDE: _find_proposals,
}
