"""How much of what people ask is answered from what staff has confirmed, now and a month ago."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.languages import SOURCE
from bot.messages.content import Answer, Content, Entry, Fact, Rule
from bot.models import Counter, Revision
from bot.services.answering import find_events
from bot.services.finding_due import find_due
from bot.services.storing_content import build_content, export_entries, is_approved
from bot.states import DecisionKind, RevisionState

WINDOW, MONTH = dt.timedelta(days=90), dt.timedelta(days=30)
# What people got to read; `chosen` is a topic opened by a button.
ANSWERED = frozenset({DecisionKind.ANSWER, DecisionKind.CRISIS, "chosen"})
# A question handed over found no answer: it was asked all the same.
ASKED = ANSWERED | {DecisionKind.HANDOVER}

Demand = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Share:
    """Questions asked, and those of them whose answer is confirmed."""

    asked: int
    confirmed: int

    @property
    def percent(self) -> int | None:
        """Return the share, rounded down so that 100 is said of all alone; None when nobody asked."""
        return 100 * self.confirmed // self.asked if self.asked else None


@dataclass(frozen=True)
class Progress:
    """The share of the last 90 days, and what it was a month ago."""

    now: Share
    before: Share

    @property
    def change(self) -> int | None:
        """Return by how many points the share has changed; None when there is nothing to compare."""
        if self.now.percent is None or self.before.percent is None:
            return None
        return self.now.percent - self.before.percent


def measure_progress(session: Session, content: Content, now: dt.datetime, today: dt.date) -> Progress:
    """Return the share of the questions asked whose answer is confirmed.

    A month ago is judged by the content as it was then: its questions of 90 days, its facts, its texts.
    """
    month_ago = today - MONTH
    asked_then = count_questions(session, ASKED, month_ago)
    before = measure_share(asked_then, _rewind(session, content, now - MONTH), month_ago) if asked_then else Share(0, 0)
    return Progress(measure_share(count_questions(session, ASKED, today), content, today), before)


def count_questions(session: Session, kinds: Collection[str], until: dt.date) -> Demand:
    """Return how often each topic was asked for in each language, in the 90 days that end with a day."""
    query = (
        select(Counter.topic, Counter.language, func.sum(Counter.count))
        .where(Counter.what.in_(kinds), Counter.day > until - WINDOW, Counter.day <= until)
        .group_by(Counter.topic, Counter.language)
    )
    return {(topic, language): int(count) for topic, language, count in session.execute(query)}


def measure_share(asked: Demand, content: Content, today: dt.date) -> Share:
    """Return how many of these questions were asked, and how many have an answer that is confirmed."""
    doubtful = find_doubtful(content, today)
    confirmed = sum(
        count for (topic, language), count in asked.items() if is_confirmed(topic, language, content, doubtful, today)
    )
    return Share(sum(asked.values()), confirmed)


def find_doubtful(content: Content, today: dt.date) -> frozenset[str]:
    """Return the ids of the facts that nobody confirmed, or that are due to be asked about again."""
    unconfirmed = {fact.id for fact in content.facts if not fact.confirmed_on}
    # A rule that is yet to end is announced ahead of time; until then it holds.
    return frozenset(unconfirmed | {due.fact.id for due in find_due(content, today) if due.days_overdue >= 0})


def is_confirmed(topic: str, language: str, content: Content, doubtful: Collection[str], today: dt.date) -> bool:
    """Tell whether people stand behind all of an answer: its text is approved, and every fact in it confirmed."""
    answer = content.answers.get(language, {}).get(topic)
    german = content.answers[SOURCE].get(topic)
    if answer is None or german is None or not is_approved(answer, german):
        return False
    return all(fact.id not in doubtful for fact in _list_facts(topic, answer, content, today))


def _list_facts(topic_id: str, answer: Answer, content: Content, today: dt.date) -> Iterator[Fact]:
    """Yield the facts that an answer names in its text, shows below it, or rests on."""
    topic = content.topics[topic_id]
    events = [event.id for event in find_events(topic, content, today)]
    named = [key for key, _ in answer.placeholders()]
    for key in {*topic.places, *events, *topic.rules, *named}:
        if fact := content.find_fact(key):
            yield content.follow_rule(fact, today) if isinstance(fact, Rule) else fact


def _rewind(session: Session, content: Content, moment: dt.datetime) -> Content:
    """Return the content as it was before all that was published since; what shipped meanwhile stays."""
    query = (
        select(Revision)
        .where(Revision.state == RevisionState.PUBLISHED, Revision.decided_at > moment)
        .order_by(Revision.id.desc())
    )
    # Newest first, so that of several changes of an entry the oldest says what was there before.
    before = {(revision.file, revision.key): revision.previous for revision in session.scalars(query)}
    if not before:
        return content
    kept = [replace(entry, body=before.pop((entry.file, entry.key), entry.body)) for entry in export_entries(session)]
    removed = [Entry(file, key, body, 0) for (file, key), body in before.items()]
    return build_content(entry for entry in (*kept, *removed) if entry.body is not None)
