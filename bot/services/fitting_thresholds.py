"""Fits the thresholds of deciding on the development split, for the goals of the measures.

How sure a topic must be and how improbable "out of scope" belong together: of the pairs with which the goals for wrong
and false answers hold over all languages, the one that answers most questions rightly is taken. The other thresholds
follow one after the other, each the lowest with which its goal holds; of care the strictest that answer most rightly.
"""

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from bot.errors import ContentError
from bot.messages.content import Content
from bot.messages.conversation import Decision
from bot.services.deciding import CRISIS, OUT_OF_SCOPE, Thresholds, decide_reply
from bot.services.evaluating import GOALS, Verdict
from bot.states import DecisionKind

# So much of what is resolved may be lost to keep suggestions worth reading.
LOSS: Final = 0.001
# So much of the false alarms that are allowed may come from here; the words of danger need the other half.
ALARMS: Final = 0.5
Decided = list[tuple[Verdict, Decision]]
_GRID: Final = tuple(step / 100 for step in range(10, 100))
_OUTSIDE: Final = tuple(round(0.5 * 0.8**step, 6) for step in range(36))
_CARE: Final = _GRID[::-1]  # strictest first, here and below
_BESIDE: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
_LOW_GRID: Final = tuple(step / 100 for step in range(2, 40))


@dataclass(frozen=True)
class FittedThresholds:
    """Thresholds with the fingerprint of the training data and development split that they were fitted on."""

    thresholds: Thresholds
    data: str

    def write(self, path: Path) -> None:
        """Write them as JSON."""
        body = {"data": self.data, "thresholds": asdict(self.thresholds)}
        path.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "FittedThresholds":
        """Return what was written; raises ContentError."""
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
            return cls(Thresholds(**body["thresholds"]), body["data"])
        except (OSError, ValueError, KeyError, TypeError):
            raise ContentError(f"{path.name} cannot be read: run `bot fit`") from None


def fit_thresholds(verdicts: Iterable[Verdict], content: Content) -> Thresholds:
    """Return the thresholds for these questions as they were parsed.

    Those that words of danger decided, or a language that is not offered, depend on no threshold and are left out.
    """
    asked = [
        verdict
        for verdict in verdicts
        if verdict.judgement and not verdict.judgement.by_rule and verdict.kind is not DecisionKind.UNSUPPORTED
    ]

    def decide(thresholds: Thresholds) -> Decided:
        return [(v, decide_reply(v.judgement.parse, content, thresholds)) for v in asked if v.judgement]

    def lower(thresholds: Thresholds, name: str, grid: Sequence[float], holds: Callable[[Decided], bool]) -> Thresholds:
        """Return the thresholds with the lowest value of a grid for which the goal holds; its highest if none does."""
        place = bisect_left(grid, 1, key=lambda value: holds(decide(replace(thresholds, **{name: value}))))
        return replace(thresholds, **{name: grid[min(place, len(grid) - 1)]})

    fitted = lower(Thresholds(answer_care=1.0, beside_care=0.0, two=1.0), "crisis", _GRID, _holds_alarms)
    pairs = []
    for outside in _OUTSIDE:
        alike = [
            replace(fitted, outside=outside, answer=v, answer_care=v, beside_care=1.0, conversation=v) for v in _GRID
        ]
        place = bisect_left(alike, 1, key=lambda candidate: _holds_answers(decide(candidate)))
        pairs.append(alike[min(place, len(alike) - 1)])
    fitted = max(pairs, key=lambda pair: _rate(decide(pair)))
    fitted = lower(fitted, "conversation", _GRID, _holds_answers)
    fitted = _fit_care(fitted, decide, content.care)
    fitted = lower(fitted, "two", _GRID, _holds_answers)
    return _fit_suggestions(fitted, decide, len(asked))


def _fit_care(fitted: Thresholds, decide: Callable[[Thresholds], Decided], care: frozenset[str]) -> Thresholds:
    """Return the thresholds of care with which its goal holds and most is answered rightly; the strictest if none."""
    pairs = [replace(fitted, answer_care=v, beside_care=b) for v in _CARE for b in _BESIDE if v >= fitted.answer]
    most, best = -1, pairs[0]
    for pair in pairs:
        made = decide(pair)
        right = _count_right(made)
        if right > most and _holds_care(made, care):
            most, best = right, pair
    return best


def _fit_suggestions(fitted: Thresholds, decide: Callable[[Thresholds], Decided], asked: int) -> Thresholds:
    """Return the thresholds with the highest ones for suggestions that lose hardly anything of what is resolved."""
    enough = _count_resolved(decide(replace(fitted, suggest=0.0, worth=0.0)))
    for name in ("suggest", "worth"):
        enough -= round(LOSS * asked)
        kept = [v for v in _LOW_GRID if _count_resolved(decide(replace(fitted, **{name: v}))) >= enough]
        fitted = replace(fitted, **{name: max(kept, default=_LOW_GRID[0])})
    return fitted


def _holds_alarms(made: Decided) -> bool:
    harmless = [decision for verdict, decision in made if verdict.question.topic != CRISIS]
    alarms = sum(decision.kind is DecisionKind.CRISIS for decision in harmless)
    return alarms <= ALARMS * GOALS["false alarm"].value * len(harmless)


def _holds_answers(made: Decided) -> bool:
    inside = [(v, d) for v, d in made if v.question.topic not in {OUT_OF_SCOPE, CRISIS}]
    outside = [(v, d) for v, d in made if v.question.topic == OUT_OF_SCOPE]
    few_wrong = _count_wrong(inside) <= GOALS["wrong"].value * len(inside)
    return few_wrong and _count_wrong(outside) <= GOALS["false answer"].value * len(outside)


def _rate(made: Decided) -> tuple[bool, int]:
    """Return whether the goals for answers hold, then how many questions are answered rightly."""
    return _holds_answers(made), _count_right(made)


def _holds_care(made: Decided, care: frozenset[str]) -> bool:
    asked = [(v, d) for v, d in made if v.question.topic in care]
    given = [(v, d) for v, d in made if care & set(d.topics) and v.question.topic not in care]
    answered = [(v, d) for v, d in (*asked, *given) if d.kind is DecisionKind.ANSWER]
    return _holds_answers(made) and _count_wrong(answered) <= GOALS["harm"].value * (len(asked) + len(given))


def _count_wrong(made: Decided) -> int:
    return sum(d.kind.at_once and not v.question.accepted & set(d.topics) for v, d in made)


def _count_right(made: Decided) -> int:
    at_once = {DecisionKind.ANSWER, DecisionKind.CONVERSATION}
    return sum(d.kind in at_once and bool(v.question.accepted & set(d.topics)) for v, d in made)


def _count_resolved(made: Decided) -> int:
    return sum(bool(v.question.accepted & set(d.topics)) for v, d in made if v.question.topic != OUT_OF_SCOPE)
