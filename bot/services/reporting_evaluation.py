"""`reports/evaluation.html`: the figures as bars with intervals, as a table, and what was taken for what."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, Template

from bot.services.deciding import OUT_OF_SCOPE
from bot.services.evaluating import GOALS, Figures, Goal, Share, Verdict, measure_spread
from bot.states import DecisionKind

SHOWN_EXAMPLES: Final = 12


@dataclass(frozen=True)
class Bar:
    """One language in a chart."""

    language: str
    share: Share
    reached: bool


@dataclass(frozen=True)
class Chart:
    """One figure over all languages; the bar of `scale` fills the width."""

    name: str
    meaning: str
    goal: float
    goal_text: str
    scale: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Cell:
    """How often a row was met with a column; `strength` is the share of the row, 0.15 to 1."""

    column: str
    count: int
    fine: bool
    strength: float


@dataclass(frozen=True)
class Row:
    """What became of the questions on one topic."""

    topic: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Report:
    """All that the page shows."""

    split: str
    day: dt.date
    model: str
    questions: int
    languages: tuple[str, ...]
    spread: float
    foreign: Share
    similarity: Mapping[str, float]
    charts: tuple[Chart, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    examples: Mapping[str, Sequence[Verdict]]


def build_report(
    figures: Mapping[str, Figures],
    foreign: Share,
    similarity: Mapping[str, float],
    verdicts: Sequence[Verdict],
    *,
    split: str,
    day: dt.date,
    model: str,
    intents: Sequence[str],
) -> Report:
    """Return the report; wrong answers are shown for the development split only: nobody tunes on the test split."""
    met = Counter((v.question.topic, _tell_outcome(v)) for v in verdicts)
    kinds = (DecisionKind.SUGGEST, DecisionKind.HANDOVER, DecisionKind.UNSUPPORTED)
    columns = (*(intent for intent in intents if intent != OUT_OF_SCOPE), *map(str, kinds))
    return Report(
        split=split,
        day=day,
        model=model,
        questions=len(verdicts),
        languages=tuple(figures),
        spread=measure_spread(figures),
        foreign=foreign,
        similarity=similarity,
        charts=tuple(_build_chart(name, goal, figures) for name, goal in GOALS.items()),
        columns=columns,
        rows=tuple(_build_row(intent, columns, met) for intent in intents),
        examples=_find_wrong(verdicts) if split == "dev" else {},
    )


def render_report(report: Report) -> str:
    """Return the page as HTML."""
    return _template().render(report=report)


@cache
def _template() -> Template:
    environment = Environment(loader=PackageLoader("bot", "templates"), autoescape=True, trim_blocks=True)
    environment.filters["share"] = lambda value: f"{value * 100:.1f} %"
    return environment.get_template("evaluation.html")


def _build_chart(name: str, goal: Goal, figures: Mapping[str, Figures]) -> Chart:
    bars = tuple(Bar(tag, known[name], goal.is_reached(known[name])) for tag, known in figures.items())
    widest = max((bar.share.interval[1] for bar in bars if bar.share.cases), default=1.0)
    scale = 1.0 if goal.at_least else max(widest, goal.value * 1.5)
    return Chart(name, goal.meaning, goal.value, str(goal), scale, bars)


def _build_row(topic: str, columns: Sequence[str], met: Counter[tuple[str, str]]) -> Row:
    total = sum(met[topic, column] for column in columns) or 1
    fine = {topic, str(DecisionKind.SUGGEST), str(DecisionKind.HANDOVER)}
    cells = (
        Cell(column, count := met[topic, column], column in fine, 0.15 + 0.85 * count / total) for column in columns
    )
    return Row(topic, tuple(cells))


def _tell_outcome(verdict: Verdict) -> str:
    """Return the column of a verdict: the topic that it answered, the accepted one of two; else the kind."""
    if not verdict.at_once:
        return str(verdict.kind)
    if verdict.accepted:
        return verdict.question.topic
    return verdict.topics[0]


def _find_wrong(verdicts: Sequence[Verdict]) -> dict[str, list[Verdict]]:
    wrong: dict[str, list[Verdict]] = {}
    for verdict in sorted(verdicts, key=lambda v: -v.confidence):
        found = wrong.setdefault(verdict.question.language, [])
        if verdict.at_once and not verdict.accepted and len(found) < SHOWN_EXAMPLES:
            found.append(verdict)
    return wrong
