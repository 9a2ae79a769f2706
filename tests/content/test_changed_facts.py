"""A fact stands once: when it changes, exactly the replies that refer to it change, in every language."""

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.i18n import get_strings
from bot.languages import TAGS
from bot.messages.content import Content, Event, Figure, Place, Rule
from bot.services.answering import Reader, build_answer, build_conversation
from bot.services.filling import fill_text
from bot.services.storing_content import build_content
from bot.states import Group
from tests.conftest import read_shipped

TODAY = dt.date(2026, 11, 25)
MARK = "✱"
CONTENT = build_content(read_shipped())
CHANGED = random.Random(30).sample(sorted([*CONTENT.places, *CONTENT.events, *CONTENT.rules]), 30)  # noqa: S311


def build_replies(content: Content) -> dict[tuple[str, str], str]:
    """Return all that the bot may say on each topic in each language, whoever asks."""
    replies = {}
    for tag in TAGS:
        reader = Reader(tag, Group.UNKNOWN, dt.datetime.combine(TODAY, dt.time(10)))
        for topic, answer in content.answers[tag].items():
            talk = topic in content.conversation
            parts = [build_conversation(topic, content, reader)] if talk else build_answer(topic, content, reader)
            variants = [fill_text(v.text, content, get_strings(tag), TODAY) for v in answer.variants]
            replies[tag, topic] = "\n".join([*(part.text for part in parts), *variants])
    return replies


def change_fact(key: str) -> Content:
    """Return the content with another name of a place or event, or other figures of a rule."""
    fact = CONTENT.find_fact(key)
    if isinstance(fact, Rule):
        figures = {name: Figure(value=figure.value + 1000, unit=figure.unit) for name, figure in fact.figures.items()}
        return replace(CONTENT, rules={**CONTENT.rules, key: fact.model_copy(update={"figures": figures})})
    assert isinstance(fact, Place | Event)
    changed: Any = fact.model_copy(update={"name": f"{fact.name} {MARK}"})
    if isinstance(fact, Place):
        return replace(CONTENT, places={**CONTENT.places, key: changed})
    return replace(CONTENT, events={**CONTENT.events, key: changed})


def find_referring(key: str) -> set[str]:
    """Return the topics whose answer shows a fact, names it, or sends people there for the next date of an event."""
    german = CONTENT.answers["de"]
    asked = {event.id for event in CONTENT.events.values() if event.ask == key and event.next_date is None}
    shown = {
        topic.id
        for topic in CONTENT.topics.values()
        if key in (*topic.places, *topic.events) or asked & set(topic.events)
    }
    field = {"name"} if key not in CONTENT.rules else set(CONTENT.rules[key].figures)
    named = {topic for topic, answer in german.items() if {(key, f) for f in field} & answer.placeholders()}
    holds = key not in CONTENT.rules or CONTENT.rules[key].usable(TODAY)
    return (shown | named) if holds else set()


BEFORE: Mapping[tuple[str, str], str] = build_replies(CONTENT)


@pytest.mark.parametrize("key", CHANGED)
def test_exactly_the_replies_that_refer_to_a_changed_fact_differ(key: str) -> None:
    after = build_replies(change_fact(key))
    differ = {where for where, text in after.items() if text != BEFORE[where]}
    assert differ == {(tag, topic) for tag in TAGS for topic in find_referring(key)}


def test_some_of_the_changed_facts_are_referred_to() -> None:
    assert sum(bool(find_referring(key)) for key in CHANGED) >= 15
