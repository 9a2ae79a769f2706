"""How well the bot understands, per language: the figures of the measures, each with its interval.

right, resolved and wrong are shares of the questions on a topic or an intent of conversation; false answer is a
share of the messages out of scope; crisis and false alarm of those with and without acute danger.
"""

import json
import math
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.errors import ContentError
from bot.messages.conversation import ChatState
from bot.services.conversing import Conversation
from bot.services.deciding import CRISIS, OUT_OF_SCOPE
from bot.services.reading import read_message
from bot.states import DecisionKind

_Z95: Final = 1.959964


@dataclass(frozen=True)
class Question:
    """A question that nobody trained on, the best topic and all that a reviewer accepts."""

    text: str
    language: str
    topic: str
    accepted: frozenset[str]


@dataclass(frozen=True)
class Verdict:
    """What the bot did with a question."""

    question: Question
    language: str
    kind: DecisionKind
    topics: tuple[str, ...]
    confidence: float

    @property
    def at_once(self) -> bool:
        """Tell whether the bot replied with a topic of its own accord."""
        return self.kind in {DecisionKind.ANSWER, DecisionKind.CONVERSATION, DecisionKind.CRISIS}

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


def read_questions(folder: Path) -> list[Question]:
    """Return the questions of <folder>/<lang>.jsonl; raises ContentError with file and line."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                item = json.loads(line)
                found.append(Question(item["text"], path.stem, item["topic"], frozenset(item["accepted"])))
            except (ValueError, KeyError, TypeError):
                raise ContentError(f"{path.name}, line {number}: no question") from None
    return found


async def judge_all(
    conversation: Conversation, questions: Iterable[Question], step: Callable[[], Awaitable[None] | None] = lambda: None
) -> list[Verdict]:
    """Return what the bot does with each question; `step` is called after each."""
    verdicts = []
    for question in questions:
        judged = await conversation.judge(read_message(question.text), ChatState())
        decision = judged.decision
        verdicts.append(Verdict(question, judged.language, decision.kind, decision.topics, decision.confidence))
        step()
    return verdicts


def measure(verdicts: Iterable[Verdict]) -> Figures:
    """Return the figures of a set of verdicts."""
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
        "language": _share(verdicts, lambda v: v.language == v.question.language),
        "crisis": _share(danger, lambda v: v.kind is DecisionKind.CRISIS),
        "false alarm": _share(harmless, lambda v: v.kind is DecisionKind.CRISIS),
    }


def measure_by_language(verdicts: Iterable[Verdict]) -> dict[str, Figures]:
    """Return the figures per language."""
    verdicts = list(verdicts)
    tags = dict.fromkeys(verdict.question.language for verdict in verdicts)
    return {tag: measure(v for v in verdicts if v.question.language == tag) for tag in tags}


def _share(verdicts: list[Verdict], hit: Callable[[Verdict], bool]) -> Share:
    return Share(sum(map(hit, verdicts)), len(verdicts))
