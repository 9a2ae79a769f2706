"""Facts as staff keep them: found, stored, and confirmed by whoever would know."""

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from bot.errors import NotFoundError
from bot.messages.content import AnyFact, Content, Event, Place, Rule
from bot.models import Revision
from bot.services.editing_content import find_body, propose, save
from bot.services.reading_fields import FieldError, read_phone


class FactKind(StrEnum):
    """The kinds of facts, as their files are called."""

    PLACES = "places"
    EVENTS = "events"
    RULES = "rules"

    @property
    def file(self) -> str:
        """Return the file of the content."""
        return f"{self}.yml"


def get_fact(content: Content, kind: str, key: str) -> AnyFact:
    """Return a fact; raises NotFoundError for an unknown kind or id."""
    fact = content.find_fact(key)
    if fact is None or kind_of(fact) != kind:
        raise NotFoundError(f"there is no fact {key} among {kind}")
    return fact


def kind_of(fact: AnyFact) -> FactKind:
    """Return the kind of a fact."""
    kinds = {Place: FactKind.PLACES, Event: FactKind.EVENTS, Rule: FactKind.RULES}
    return kinds[type(fact)]


def tell_name(fact: AnyFact) -> str:
    """Return what staff call a fact: its name, a rule's statement."""
    return fact.statement if isinstance(fact, Rule) else fact.name


def search_facts(content: Content, words: str, kind: FactKind | None = None) -> list[AnyFact]:
    """Return the facts in which every word stands, in id, name, phone or statement; all of them for no words."""
    as_typed, as_phone = words.casefold().split(), [_read_digits(words).casefold()]
    return [
        fact
        for fact in content.facts
        if kind in {None, kind_of(fact)} and any(_holds(fact, wanted) for wanted in (as_typed, as_phone))
    ]


def suggest_office(content: Content, fact: AnyFact) -> str:
    """Return the name of whoever vouches for a fact: the place itself, or whom the event names.

    Empty where the source is somebody else's page, and for a rule: whoever reads a newspaper has not asked the
    office, and one click would say that they had.
    """
    if isinstance(fact, Rule) or (fact.url and name_host(fact.url) != name_host(fact.source_url)):
        return ""
    if isinstance(fact, Place):
        return fact.name if fact.url else ""
    asked = content.places.get(fact.ask or "")
    return asked.name if asked else fact.organiser


def name_host(url: str) -> str:
    """Return whose page an address leads to."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def list_office_facts(content: Content, office: Place) -> list[AnyFact]:
    """Return what an office can confirm: itself, the events it is asked about, what is from its web page."""
    host = name_host(office.url) if office.url else ""
    return [
        fact
        for fact in content.facts
        if fact.id == office.id
        or (isinstance(fact, Event) and fact.ask == office.id)
        or (host and name_host(fact.source_url) == host)
    ]


def store_fact(
    session: Session,
    kind: FactKind,
    body: Mapping[str, Any],
    author: str,
    now: dt.datetime,
    *,
    seen: Any | None,
    four_eyes: bool = False,
) -> Revision:
    """Publish a fact, or propose it where another person has to approve.

    Raises ConflictError when it has changed since `seen`, ContentError when it does not fit its format.
    """
    if four_eyes:
        return propose(session, kind.file, body["id"], body, author, now)
    return save(session, kind.file, body["id"], body, author, now, seen=seen)


def confirm_fact(
    session: Session, kind: FactKind, key: str, office: str, author: str, now: dt.datetime, today: dt.date
) -> Revision:
    """Note that an office said today that a fact is right; raises NotFoundError."""
    body = find_body(session, kind.file, key)
    if body is None:
        raise NotFoundError(f"there is no fact {key} among {kind}")
    return save(session, kind.file, key, body | mark_confirmed(office, today), author, now, seen=body)


def mark_confirmed(office: str, today: dt.date) -> dict[str, str]:
    """Return the fields that say who confirmed a fact and when."""
    return {"seen": today.isoformat(), "confirmed_by": office, "confirmed_on": today.isoformat()}


def _holds(fact: AnyFact, words: Iterable[str]) -> bool:
    text = _searched_text(fact)
    return all(word in text for word in words)


def _searched_text(fact: AnyFact) -> str:
    phone = (fact.phone or "") if isinstance(fact, Place) else ""
    return f"{fact.id} {tell_name(fact)} {phone} {phone.replace(' ', '')}".casefold()


def _read_digits(words: str) -> str:
    """Return a phone number as the content writes it, without spaces; as it is where it is none."""
    try:
        return read_phone(words).replace(" ", "")
    except FieldError:
        return words
