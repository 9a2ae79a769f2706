"""Where a fact is used: answers that say it, topics that list it, facts and gaps that name it."""

import datetime as dt
from dataclasses import dataclass

from bot.messages.content import AnyFact, Content, Event
from bot.services.answering import find_events
from bot.services.checking_answers import can_tell
from bot.services.keeping_facts import FactKind


@dataclass(frozen=True, order=True)
class AnswerUse:
    """An answer that says a fact.

    Attributes:
        fields: what its text names by placeholder; empty when the fact is only listed below the text.
    """

    topic: str
    language: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Uses:
    """Where a fact is used.

    Attributes:
        answers: those that show it to readers, in all languages, by topic.
        topics: those that list it, or rest on it.
        facts: other facts that name it, as kind and id.
        gaps: what is still to be found out there.
    """

    answers: tuple[AnswerUse, ...]
    topics: tuple[str, ...]
    facts: tuple[tuple[FactKind, str], ...]
    gaps: tuple[str, ...]

    @property
    def languages(self) -> frozenset[str]:
        """Return the languages of its answers."""
        return frozenset(use.language for use in self.answers)


def find_uses(content: Content, fact: AnyFact, today: dt.date) -> Uses:
    """Return where a fact is used."""
    key = fact.id
    listing = {topic.id for topic in content.topics.values() if key in topic.places}
    if isinstance(fact, Event):
        listing |= {topic.id for topic in content.topics.values() if fact in find_events(topic, content, today)}
    resting = {topic.id for topic in content.topics.values() if key in topic.rules}
    answers = []
    for language, known in content.answers.items():
        for topic, answer in known.items():
            fields = tuple(sorted(field for named, field in answer.placeholders() if named == key))
            if fields or topic in listing:
                answers.append(AnswerUse(topic, language, fields))
    events = [(FactKind.EVENTS, event.id) for event in content.events.values() if event.ask == key]
    rules = [(FactKind.RULES, rule.id) for rule in content.rules.values() if rule.replaced_by == key]
    return Uses(
        answers=tuple(sorted(answers)),
        topics=tuple(topic for topic in content.topics if topic in listing | resting),
        facts=(*events, *rules),
        gaps=tuple(gap.id for gap in content.gaps.values() if gap.ask == key),
    )


def find_lost_fields(content: Content, fact: AnyFact) -> tuple[AnswerUse, ...]:
    """Return the answers that name a field which the fact, as it is to be, does not have or may not tell.

    Saved like this, those answers could not be given at all.
    """
    lost = []
    for language, answers in content.answers.items():
        for topic, answer in answers.items():
            named = sorted(field for key, field in answer.placeholders() if key == fact.id)
            if gone := tuple(field for field in named if not can_tell(fact, field)):
                lost.append(AnswerUse(topic, language, gone))
    return tuple(sorted(lost))


def list_shown_topics(content: Content, key: str) -> frozenset[str]:
    """Return the topics of topics.yml that list a fact or rest on it: the fact has to name them."""
    return frozenset(
        topic.id for topic in content.topics.values() if key in {*topic.places, *topic.events, *topic.rules}
    )
