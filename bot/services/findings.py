"""What the checks of the content look at, and what they find."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from bot.messages.content import Answer, Content, Event, Place, Rule


@dataclass(frozen=True)
class Finding:
    """Something in the content that is wrong, or that staff should know.

    Attributes:
        where: file and key, as in "de/housing.yml find_flat".
        template: what is wrong, in English, with {names} for the values: the desk says it in the reader's language.
        part: which of the texts at this place, as in "steps 2"; empty for all of it.
    """

    level: Literal["error", "warning"]
    where: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    part: str = ""

    @property
    def message(self) -> str:
        """Return what is wrong, in English."""
        said = self.template.format(**self.values)
        return f"{self.part}: {said}" if self.part else said


Findings = Iterator[Finding]


def error(where: str, template: str, /, *, part: str = "", **values: object) -> Finding:
    """Return what must not ship; the template is a literal, since translators find it here."""
    return Finding("error", where, template, values, part)


def warning(where: str, template: str, /, *, part: str = "", **values: object) -> Finding:
    """Return what staff should know; the template is a literal, since translators find it here."""
    return Finding("warning", where, template, values, part)


@dataclass(frozen=True)
class Text:
    """A text that readers see.

    Attributes:
        part: which of the texts at this place, as in "steps 2".
        rich: whether bold and placeholders may stand in it.
    """

    language: str
    where: str
    part: str
    text: str
    rich: bool


@dataclass(frozen=True)
class Checked:
    """The content, the intents that the NLU knows, and the day of the check."""

    content: Content
    intents: frozenset[str]
    today: dt.date

    @cached_property
    def files(self) -> Mapping[str, str]:
        """Return the file of each topic, without folder."""
        return self.content.tree.files

    @property
    def facts(self) -> Iterator[tuple[str, Place | Event | Rule]]:
        """Yield each fact and where it stands."""
        content = self.content
        for file, facts in (("places", content.places), ("events", content.events), ("rules", content.rules)):
            for key, fact in facts.items():
                yield f"{file}.yml {key}", fact

    @property
    def answers(self) -> Iterator[tuple[str, str, str, Answer]]:
        """Yield language, topic, where it stands, and the answer."""
        for language, answers in self.content.answers.items():
            for topic, answer in answers.items():
                yield language, topic, self.tell_where(language, topic), answer

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Return every text that readers see, of answers and beside facts."""
        found = []
        for language, _, where, answer in self.answers:
            found.append(Text(language, where, "title", answer.title, rich=False))
            found += [Text(language, where, part, text, rich=True) for part, text in _name_parts(answer)]
        for file, lines in (("fields", self.content.field_names), ("facts", self.content.fact_lines)):
            for language, known in lines.items():
                found += [
                    Text(language, f"{language}/{file}.yml {key}", "", text, rich=False) for key, text in known.items()
                ]
        return tuple(found)

    def tell_where(self, language: str, topic: str) -> str:
        """Return file and key of an answer, there or missing."""
        return f"{language}/{self.files.get(topic, '?')} {topic}"


def _name_parts(answer: Answer) -> Iterator[tuple[str, str]]:
    yield "text", answer.text
    yield from ((f"steps {number}", step) for number, step in enumerate(answer.steps, 1))
    yield from ((f"bring {number}", item) for number, item in enumerate(answer.bring, 1))
    yield from ((f"variants {number}", variant.text) for number, variant in enumerate(answer.variants, 1))
