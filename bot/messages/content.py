"""Facts and answers as values. docs/content.md says what each field means."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from bot.errors import ContentError
from bot.languages import Language
from bot.states import AnswerState, Care, Force, Group, TranslationState

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=60)]
PLACEHOLDER = re.compile(r"\{([a-z0-9-]+)\.([a-z0-9_]+)\}")
CONVERSATION_FILE: Final = "conversation.yml"
TOO_LONG: Final = "text_too_long"
MAX_STEPS: Final = 5
MAX_BRING: Final = 6
LINE_LENGTH: Final = 160
# How many characters the parts of an answer may have; those of a list each.
LIMITS: Final[Mapping[str, int]] = {"title": 60, "text": 650, "steps": LINE_LENGTH, "bring": 80, "variants": 500}
# About as long as what stands there in the end: a phone number, an amount, a short address.
PLACEHOLDER_LENGTH: Final = 15
_PARTIAL_DATE = re.compile(r"^\d{4}(-\d{2}(-\d{2})?)?$")


def _check_partial_date(value: str) -> str:
    if not _PARTIAL_DATE.match(value):
        msg = "a date is written 2024, 2024-06 or 2024-06-30"
        raise ValueError(msg)
    parts = [int(part) for part in value.split("-")]
    dt.date(*[*parts, 1, 1][:3])
    return value


def count_characters(text: str) -> int:
    """Return how long a text is, each placeholder counted as PLACEHOLDER_LENGTH; desk.js counts in the same way."""
    return len(PLACEHOLDER.sub("x" * PLACEHOLDER_LENGTH, text))


def _at_most(length: int) -> AfterValidator:
    def check(value: str) -> str:
        if count_characters(value) > length:
            raise PydanticCustomError(
                TOO_LONG,
                "at most {max_length} characters, a placeholder counted as {placeholder}",
                {"max_length": length, "placeholder": PLACEHOLDER_LENGTH},
            )
        return value

    return AfterValidator(check)


_Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Line = Annotated[_Text, _at_most(LINE_LENGTH)]

# YAML reads 2024 as a number and 2024-06-30 as a date; both are meant as written.
PartialDate = Annotated[str, BeforeValidator(str), AfterValidator(_check_partial_date)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(_Entry):
    """What every fact carries: its key, its topics and its origin."""

    id: Identifier
    topics: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    source_url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]
    source_date: PartialDate | None = None
    seen: dt.date
    confirmed_by: str | None = None
    confirmed_on: dt.date | None = None
    volatile: bool = False
    note: str | None = None

    @property
    def known_on(self) -> dt.date | None:
        """Return the day from which the fact is known: its confirmation, else the first day of its source_date."""
        if self.confirmed_on or not self.source_date:
            return self.confirmed_on
        year, month, day = [*(int(part) for part in self.source_date.split("-")), 1, 1][:3]
        return dt.date(year, month, day)


class Place(Fact):
    """An office, a counselling centre, a course provider, a telephone line."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=160)]
    kind: Literal[
        "office",
        "counselling",
        "course_provider",
        "doctor",
        "employer_service",
        "helpline",
        "housing",
        "meeting_place",
        "portal",
    ]
    address: str | None = None
    district: str | None = None
    address_secret: bool = False
    phone: Annotated[str, StringConstraints(pattern=r"^(\+[0-9][0-9 ]{5,20}|[0-9 ]{3,14})$")] | None = None
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[a-z]+$")] | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    hours: str | None = None
    languages: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()

    @property
    def reachable(self) -> bool:
        """Tell whether a person can do anything with it: a place without phone, address and link is not shown."""
        return bool(self.phone or self.url or self.email or (self.address and not self.address_secret))


class Event(Fact):
    """A recurring event, such as a job fair."""

    name: str
    organiser: str
    last_date: PartialDate | None = None
    next_date: dt.date | None = None
    ask: Identifier | None = None
    address: str | None = None
    url: str | None = None


class Figure(_Entry):
    """A number of a rule with its unit."""

    value: int | float
    unit: Literal["EUR", "percent", "days", "weeks", "months", "years", "hours", "lessons", "km", "people"]


class Rule(Fact):
    """A rule by residence status.

    Attributes:
        replaced_by: the rule that holds from the day after `valid_until`; its figures then stand in the answers.
    """

    statement: str
    groups: tuple[Group, ...] = ()
    force: Force = Force.IN_FORCE
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    replaced_by: Identifier | None = None
    figures: Mapping[str, Figure] = Field(default_factory=dict)

    def usable(self, today: dt.date) -> bool:
        """Tell whether its figures may stand in an answer: in force, begun and not yet ended."""
        begun = self.valid_from is None or self.valid_from <= today
        ended = self.valid_until is not None and self.valid_until < today
        return self.force is Force.IN_FORCE and begun and not ended


AnyFact = Place | Event | Rule


class Gap(_Entry):
    """What a newcomer needs and no fact says: declared, so that staff can find it out.

    Attributes:
        missing: in English, for staff; never shown to newcomers.
        ask: the place that would know.
        settled_on: the day it was found out; what was found stands in a fact.
    """

    id: Identifier
    topics: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    missing: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    ask: Identifier | None = None
    since: dt.date
    settled_on: dt.date | None = None


class Topic(_Entry):
    """A topic, equal to an intent: the facts that belong to it in every language."""

    id: Identifier
    symbol: str | None = None
    places: tuple[Identifier, ...] = ()
    events: tuple[Identifier, ...] = ()
    rules: tuple[Identifier, ...] = ()
    ask_group: bool = False
    urgent: bool = False
    care: Care | None = None


class TopicField(_Entry):
    """A field of action with its topics."""

    id: Identifier
    symbol: str
    topics: tuple[Topic, ...]


class TopicTree(_Entry):
    """`content/topics.yml`."""

    fields: tuple[TopicField, ...]
    conversation: tuple[Topic, ...]

    @property
    def files(self) -> Mapping[str, str]:
        """Return the file of each topic's answers, without folder: that of its field, or of conversation."""
        files = {topic.id: f"{field.id}.yml" for field in self.fields for topic in field.topics}
        return files | {topic.id: CONVERSATION_FILE for topic in self.conversation}


class Variant(_Entry):
    """What is different for some groups of residence status."""

    groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    text: Annotated[_Text, _at_most(LIMITS["variants"])]


class Answer(_Entry):
    """The prose of a topic in one language."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=LIMITS["title"])]
    keywords: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    text: Annotated[_Text, _at_most(LIMITS["text"])]
    steps: Annotated[tuple[Line, ...], Field(max_length=MAX_STEPS)] = ()
    bring: Annotated[tuple[Annotated[_Text, _at_most(LIMITS["bring"])], ...], Field(max_length=MAX_BRING)] = ()
    variants: tuple[Variant, ...] = ()
    state: AnswerState | None = None
    translation: TranslationState | None = None
    source: str | None = None

    def prose(self) -> Iterator[str]:
        """Yield every text that a reader sees below the title."""
        yield self.text
        yield from self.steps
        yield from self.bring
        yield from (variant.text for variant in self.variants)

    def placeholders(self) -> frozenset[tuple[str, str]]:
        """Return the (fact, field) pairs that the prose names."""
        return frozenset(match.groups() for text in self.prose() for match in PLACEHOLDER.finditer(text))  # type: ignore[misc]

    @property
    def fingerprint(self) -> str:
        """Return twelve hex digits that change when the prose changes; facts behind placeholders do not matter."""
        parts = [self.title, *self.prose(), *(",".join(variant.groups) for variant in self.variants)]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


class UnsupportedLanguage(_Entry):
    """A language that is recognised and not spoken: its own name and one line in it."""

    name: str
    line: str


class CrisisWords(_Entry):
    """The words of acute danger in one language; bot/services/crisis.py says how they are matched."""

    danger: tuple[str, ...]
    harmless: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)  # compared by identity: what is computed from it is kept with it
class Content:
    """All facts and answers, as files or database hold them; immutable, exchanged as a whole.

    Attributes:
        complete: the languages to choose from, in which every topic has an answer and every field a name.
    """

    tree: TopicTree
    places: Mapping[str, Place]
    events: Mapping[str, Event]
    rules: Mapping[str, Rule]
    gaps: Mapping[str, Gap]
    unsupported: Mapping[str, UnsupportedLanguage]
    field_names: Mapping[str, Mapping[str, str]]
    fact_lines: Mapping[str, Mapping[str, str]]
    answers: Mapping[str, Mapping[str, Answer]]
    crisis: Mapping[str, CrisisWords] = field(default_factory=dict)
    complete: tuple[Language, ...] = ()

    @cached_property
    def topics(self) -> Mapping[str, Topic]:
        """Return all topics by id, those of conversation included."""
        topics = [topic for entry in self.tree.fields for topic in entry.topics]
        return {topic.id: topic for topic in [*topics, *self.tree.conversation]}

    @cached_property
    def care(self) -> frozenset[str]:
        """Return the ids of the topics marked `care`."""
        return frozenset(topic.id for topic in self.topics.values() if topic.care)

    @cached_property
    def city(self) -> tuple[str, ...]:
        """Return the ids of the topics of the city, in the order of the menu."""
        return tuple(topic.id for entry in self.tree.fields for topic in entry.topics)

    @cached_property
    def conversation(self) -> frozenset[str]:
        """Return the intents that are no topic of the city."""
        return frozenset(topic.id for topic in self.tree.conversation)

    @property
    def facts(self) -> Iterator[AnyFact]:
        """Yield the facts: places, events, rules."""
        yield from self.places.values()
        yield from self.events.values()
        yield from self.rules.values()

    def follow_rule(self, rule: Rule, today: dt.date) -> Rule:
        """Return the rule that holds in place of one that has ended; the rule itself when none does."""
        while rule.valid_until and rule.valid_until < today and (following := self.rules.get(rule.replaced_by or "")):
            rule = following
        return rule

    def find_line(self, language: str, key: str) -> str:
        """Return the line on what a place or an event offers; empty where the language has none."""
        return self.fact_lines.get(language, {}).get(key, "")

    def find_fact(self, key: str) -> AnyFact | None:
        """Return the fact with this id, whatever its kind, or None."""
        return self.places.get(key) or self.events.get(key) or self.rules.get(key)


Body = AnyFact | Gap | TopicTree | UnsupportedLanguage | Answer | tuple[str, ...] | str
_ANSWER: TypeAdapter[Any] = TypeAdapter(Answer)
_SHARED_FILES: Mapping[str, TypeAdapter[Any]] = {
    "topics.yml": TypeAdapter(TopicTree),
    "places.yml": TypeAdapter(Place),
    "events.yml": TypeAdapter(Event),
    "rules.yml": TypeAdapter(Rule),
    "gaps.yml": TypeAdapter(Gap),
    "unsupported.yml": TypeAdapter(UnsupportedLanguage),
}
_LANGUAGE_FILES: Mapping[str, TypeAdapter[Any]] = {
    "fields.yml": TypeAdapter(Line),
    "facts.yml": TypeAdapter(Line),
    "crisis.yml": TypeAdapter(tuple[str, ...]),
}
_LANGUAGE_FILE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*/[a-z0-9]+([-_][a-z0-9]+)*\.yml")
_KEY = re.compile(r"(?=.{1,60}$)[A-Za-z0-9]+([-_][A-Za-z0-9]+)*")
_KEYS = {"topics.yml": re.compile("tree"), "crisis.yml": re.compile("|".join(CrisisWords.model_fields))}


@dataclass(frozen=True)
class Entry:
    """One item of a content file: what staff edits as a whole.

    Attributes:
        file: path below content/.
        key: id of a fact or topic, key of a line, tag of a language; `tree` for all of topics.yml.
        body: what stands below the key, as JSON holds it.
        position: order within the file.
    """

    file: str
    key: str
    body: Any
    position: int

    @property
    def language(self) -> str | None:
        """Return the language of its folder; None for what is the same in all."""
        return self.file.split("/")[0] if "/" in self.file else None

    @property
    def name(self) -> str:
        """Return the name of its file, without folder."""
        return self.file.rsplit("/", 1)[-1]

    def parse(self) -> Body:
        """Return the body as a value; raises ContentError that names file, key and field."""
        reader = self._reader
        where = f"content/{self.file} {self.key}"
        if not _KEYS.get(self.name, _KEY).fullmatch(self.key):
            raise ContentError(f"{where}: no such key can stand in this file")
        try:
            value: Body = reader.validate_python(self.body)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise ContentError(f"{where}: {place + ': ' if place else ''}{first['msg']}") from error
        if isinstance(value, Fact | Gap) and value.id != self.key:
            raise ContentError(f"{where}: id: it is {value.id}")
        return value

    def normalise(self) -> "Entry":
        """Return the entry as it is stored and written: keys in the order of the model, empty values left out."""
        value = self.parse()
        full = self._reader.dump_python(value, mode="json", exclude_none=True)
        needed = self._reader.dump_python(value, mode="json", exclude_defaults=True)
        return replace(self, body=_leave_out_empty(full, needed))

    @property
    def _reader(self) -> TypeAdapter[Any]:
        if _LANGUAGE_FILE.fullmatch(self.file):
            return _LANGUAGE_FILES.get(self.name, _ANSWER)
        if self.file not in _SHARED_FILES:
            raise ContentError(f"content/{self.file}: this is no file of the content")
        return _SHARED_FILES[self.file]


def _leave_out_empty(body: Any, needed: Any) -> Any:
    """Return the body without empty values that are not needed; a default that says something stays."""
    if isinstance(body, list):
        return [_leave_out_empty(*items) for items in zip(body, needed, strict=True)]
    if not isinstance(body, dict):
        return body
    return {
        key: _leave_out_empty(value, needed.get(key, value)) for key, value in body.items() if value or key in needed
    }
