"""How well the bot understands, per language: the figures of the measures, each with its interval.

right, resolved and wrong are shares of the questions on a topic or an intent of conversation; harm of those on a topic
marked care; false answer is a share of the messages out of scope; crisis and false alarm of those with and without
acute danger; foreign of the messages in languages that are not offered.
"""

import json
import math
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from rapidfuzz import fuzz
from rapidfuzz.process import extractOne

from bot.errors import ContentError
from bot.messages.conversation import ChatState
from bot.services.conversing import Conversation
from bot.services.deciding import CRISIS, OUT_OF_SCOPE
from bot.services.judging import Judgement
from bot.services.reading import read_message
from bot.states import DecisionKind
from nlu.normalizing import normalize

_Z95: Final = 1.959964


@dataclass(frozen=True)
class Question:
    """A question that nobody trained on.

    Attributes:
        language: what it is written in.
        topic: the best topic or intent.
        accepted: all that a reviewer accepts.
        romanised: whether it is written in another script than the language's own.
    """

    text: str
    language: str
    topic: str
    accepted: frozenset[str]
    romanised: bool = False


@dataclass(frozen=True)
class Verdict:
    """What the bot did with a question."""

    question: Question
    language: str
    kind: DecisionKind
    topics: tuple[str, ...]
    confidence: float
    judgement: Judgement | None = None

    @property
    def at_once(self) -> bool:
        """Tell whether the bot replied with a topic of its own accord."""
        return self.kind.at_once

    @property
    def accepted(self) -> bool:
        """Tell whether one of the topics is accepted."""
        return bool(self.question.accepted & set(self.topics))


@dataclass(frozen=True)
class Share:
    """Hits among cases, with its 95 % interval after Wilson (1927)."""

    hits: int
    cases: int

    @property
    def value(self) -> float:
        """Return the share, 0 to 1; nan without cases."""
        return self.hits / self.cases if self.cases else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Return the bounds, 0 to 1."""
        if not self.cases:
            return (0.0, 1.0)
        n, p, z = self.cases, self.value, _Z95
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return (max(0.0, middle - half), min(1.0, middle + half))


Figures = dict[str, Share]


@dataclass(frozen=True)
class Goal:
    """What a figure is to reach.

    Attributes:
        at_least: whether more is better; else the value is the most that is allowed.
    """

    value: float
    at_least: bool
    meaning: str

    def is_reached(self, share: Share) -> bool:
        """Tell whether a share reaches the goal; one without cases reaches it."""
        if not share.cases:
            return True
        return share.value >= self.value if self.at_least else share.value <= self.value

    def __str__(self) -> str:
        """Return the goal in words."""
        return f"{'at least' if self.at_least else 'at most'} {self.value * 100:g} %"


# The goals of the measures, in the order of the report.
GOALS: Final[Mapping[str, Goal]] = {
    "right": Goal(0.95, at_least=True, meaning="answered at once with an accepted topic"),
    "resolved": Goal(0.98, at_least=True, meaning="right, or an accepted topic among the suggestions"),
    "wrong": Goal(0.02, at_least=False, meaning="answered at once with another topic"),
    "false answer": Goal(0.03, at_least=False, meaning="out of scope, yet answered"),
    "harm": Goal(0.005, at_least=False, meaning="wrong at once on a topic marked care"),
    "language": Goal(0.99, at_least=True, meaning="the reply comes in the writer's language"),
    "romanised": Goal(0.95, at_least=True, meaning="the same for romanised writing"),
    "crisis": Goal(1.0, at_least=True, meaning="acute danger gets the emergency reply"),
    "false alarm": Goal(0.005, at_least=False, meaning="no danger, yet the emergency reply"),
}


def read_questions(folder: Path) -> list[Question]:
    """Return the questions of <folder>/<lang>.jsonl; raises ContentError with file and line."""
    return [question for path in sorted(folder.glob("*.jsonl")) for question in _read_lines(path, _build_question)]


def read_foreign(path: Path) -> list[Question]:
    """Return the messages in languages that are not offered; raises ContentError with file and line."""
    return list(_read_lines(path, _build_foreign))


async def judge_all(
    conversation: Conversation, questions: Iterable[Question], step: Callable[[], Awaitable[None] | None] = lambda: None
) -> list[Verdict]:
    """Return what the bot does with each question; `step` is called after each."""
    verdicts = []
    for question in questions:
        judged = await conversation.judge(read_message(question.text), ChatState())
        decision = judged.decision
        kind, topics, confidence = decision.kind, decision.topics, decision.confidence
        verdicts.append(Verdict(question, judged.language, kind, topics, confidence, judged))
        step()
    return verdicts


def measure(verdicts: Iterable[Verdict], care: Collection[str] = ()) -> Figures:
    """Return the figures of a set of verdicts; `care` are the topics marked so."""
    verdicts = list(verdicts)
    inside = [v for v in verdicts if v.question.topic not in {OUT_OF_SCOPE, CRISIS}]
    outside = [v for v in verdicts if v.question.topic == OUT_OF_SCOPE]
    danger = [v for v in verdicts if v.question.topic == CRISIS]
    harmless = [v for v in verdicts if v.question.topic != CRISIS]
    return {
        "right": _share(inside, lambda v: v.at_once and v.accepted),
        "resolved": _share(inside, lambda v: v.accepted),
        "wrong": _share(inside, lambda v: v.at_once and not v.accepted),
        "false answer": _share(outside, lambda v: v.at_once and not v.accepted),
        "harm": _share([v for v in inside if v.question.topic in care], lambda v: v.at_once and not v.accepted),
        "language": _share([v for v in verdicts if not v.question.romanised], _is_in_its_language),
        "romanised": _share([v for v in verdicts if v.question.romanised], _is_in_its_language),
        "crisis": _share(danger, lambda v: v.kind is DecisionKind.CRISIS),
        "false alarm": _share(harmless, lambda v: v.kind is DecisionKind.CRISIS),
    }


def measure_by_language(verdicts: Iterable[Verdict], care: Collection[str] = ()) -> dict[str, Figures]:
    """Return the figures per language."""
    verdicts = list(verdicts)
    tags = dict.fromkeys(verdict.question.language for verdict in verdicts)
    return {tag: measure((v for v in verdicts if v.question.language == tag), care) for tag in tags}


def measure_foreign(verdicts: Iterable[Verdict]) -> Share:
    """Return the share of messages in languages not offered that were answered as if they were in one that is."""
    messages = [v for v in verdicts if v.kind is not DecisionKind.CRISIS]
    return _share(messages, lambda v: v.kind is not DecisionKind.UNSUPPORTED)


def measure_spread(figures: Mapping[str, Figures]) -> float:
    """Return the best language minus the worst, on resolved."""
    values = [language["resolved"].value for language in figures.values()]
    return max(values) - min(values)


def measure_similarity(questions: Iterable[Question], examples: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Return per language the median likeness of a question to its nearest training example, 0 to 1.

    Likeness is rapidfuzz's ratio of the normalised texts: 1 is the same text.
    """
    texts: dict[str, list[str]] = {}
    for question in questions:
        texts.setdefault(question.language, []).append(normalize(question.text))
    known = {tag: [normalize(example) for example in examples.get(tag, ())] for tag in texts}
    return {
        tag: median(extractOne(text, known[tag], scorer=fuzz.ratio)[1] for text in asked) / 100
        for tag, asked in texts.items()
        if known[tag]
    }


def _is_in_its_language(verdict: Verdict) -> bool:
    return verdict.language == verdict.question.language


def _build_question(item: Any, language: str) -> Question:
    accepted, romanised = frozenset(item["accepted"]), bool(item.get("romanised"))
    return Question(item["text"], language, item["topic"], accepted, romanised)


def _build_foreign(item: Any, _: str) -> Question:
    return Question(item["text"], item["language"], OUT_OF_SCOPE, frozenset({OUT_OF_SCOPE}))


def _read_lines(path: Path, build: Callable[[Any, str], Question]) -> Iterator[Question]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            yield build(json.loads(line), path.stem)
        except (ValueError, KeyError, TypeError):
            raise ContentError(f"{path.name}, line {number}: no question") from None


def _share(verdicts: list[Verdict], hit: Callable[[Verdict], bool]) -> Share:
    return Share(sum(map(hit, verdicts)), len(verdicts))
