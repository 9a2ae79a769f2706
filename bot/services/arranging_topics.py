"""Which topics show a place or an event below their answer: what staff choose, and what keeps it from holding."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from bot.errors import BotError
from bot.messages.content import Content, Event, Place
from bot.models import Revision
from bot.services.checking_facts import MAX_PLACES
from bot.services.editing_content import find_body, propose, save
from bot.services.merging_topics import FILE, KEY, LISTS, Tree, lay_out_topics, list_fact, unlist_fact


class Reason(StrEnum):
    """Why a topic cannot list a fact."""

    FULL = "full"
    UNREACHABLE = "unreachable"
    NOT_ITS_TOPIC = "not_its_topic"
    GONE = "gone"


@dataclass(frozen=True)
class Refusal:
    """A topic that cannot list a fact."""

    reason: Reason
    topic: str
    key: str


class RefusedError(BotError):
    """A choice cannot hold."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__("; ".join(f"{each.topic}: {each.key}: {each.reason}" for each in refusals))
        self.refusals = refusals


def list_offered(content: Content, fact: Place | Event) -> tuple[str, ...]:
    """Return the topics that staff may let show a fact: those of the city that it names.

    What is said in danger and in conversation is not chosen by ticking a box.
    """
    return tuple(topic for topic in content.city if topic in fact.topics)


def arrange_topics(
    session: Session,
    content: Content,
    fact: Place | Event,
    *,
    added: Collection[str],
    removed: Collection[str],
    author: str,
    now: dt.datetime,
    four_eyes: bool = False,
) -> Revision | None:
    """List a fact in topics and take it out of others, or propose it; None when that would change nothing.

    Only what this person changed is changed, in what is there by now. Raises RefusedError.
    """
    there: Any = find_body(session, FILE, KEY, lock=True)
    name = "places" if isinstance(fact, Place) else "events"
    body = unlist_fact(list_fact(there, name, fact.id, added), name, fact.id, removed)
    if lay_out_lists(body) == lay_out_lists(there):
        return None
    if refusals := list(find_refusals(content, there, body)):
        raise RefusedError(refusals)
    if four_eyes:
        return propose(session, FILE, KEY, body, author, now)
    return save(session, FILE, KEY, body, author, now, seen=there)


def find_refusals(content: Content, before: Tree, after: Tree) -> Iterator[Refusal]:
    """Yield what must not be: a topic that lists too much, or what nobody can reach; only for what has changed."""
    known = lay_out_lists(before)
    for (topic, name), keys in lay_out_lists(after).items():
        there = known.get((topic, name), ())
        come = [key for key in keys if key not in there]
        for key in come if topic not in content.conversation else {*keys} ^ {*there}:
            if reason := _find_reason(content, topic, key):
                yield Refusal(reason, topic, key)
        if come and name == "places" and len(keys) > MAX_PLACES:
            yield Refusal(Reason.FULL, topic, come[0])


def lay_out_lists(body: Tree) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return what each topic lists, by the topic and the kind of list."""
    topics = lay_out_topics(body)
    return {(topic, name): tuple(each.get(name, ())) for topic, each in topics.items() for name in LISTS}


def _find_reason(content: Content, topic: str, key: str) -> Reason | None:
    fact = content.find_fact(key)
    if fact is None:
        return Reason.GONE
    if topic in content.conversation or topic not in fact.topics:
        return Reason.NOT_ITS_TOPIC
    return Reason.UNREACHABLE if isinstance(fact, Place) and not fact.reachable else None
