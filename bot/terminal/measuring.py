"""`bot evaluate` and `bot fit`: how well the bot understands, and how sure it must be."""

import asyncio
import datetime as dt
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot import bootstrap
from bot.adapters.rasa_process import get_model, start_nlu_if_needed
from bot.adapters.rasa_training import fingerprint_data
from bot.adapters.training_examples import read_examples
from bot.languages import TAGS
from bot.messages.content import Content
from bot.services import evaluating
from bot.services.evaluating import GOALS, Figures, Question, Verdict
from bot.services.fitting_thresholds import FittedThresholds, fit_thresholds
from bot.services.reporting_evaluation import build_report, render_report
from bot.settings import ROOT, Settings

_QUESTIONS = ROOT / "tests" / "nlu"
_say = Console(stderr=True, highlight=False)
_out = Console(highlight=False)


def evaluate(settings: Settings, split: str, report: Path = ROOT / "reports" / "evaluation.html") -> None:
    """Print the figures of a split per language and write the report as a page."""
    questions, messages = _read_split(split)
    verdicts, content = _judge(settings, [*questions, *messages])
    asked, foreign = verdicts[: len(questions)], evaluating.measure_foreign(verdicts[len(questions) :])
    figures = evaluating.measure_by_language(asked, content.care)
    examples = {tag: [e.text for e in read_examples(ROOT / "nlu" / "data" / tag)] for tag in TAGS}
    similarity = evaluating.measure_similarity(questions, examples)
    _print_figures(figures, similarity, foreign, split)
    page = build_report(
        figures,
        foreign,
        similarity,
        asked,
        split=split,
        day=dt.datetime.now(dt.UTC).date(),
        model=get_model(settings).name,
        intents=bootstrap.read_intents(),
    )
    report.parent.mkdir(exist_ok=True)
    report.write_text(render_report(page), encoding="utf-8")
    _out.print(f"The page is {report}.", markup=False, soft_wrap=True)
    if bootstrap.read_fitted_thresholds().data != fingerprint_data():
        _out.print("The thresholds were fitted on other training data: run `bot fit`.")


def fit(settings: Settings) -> None:
    """Fit the thresholds on the development split and write them beside the training data."""
    questions, _ = _read_split("dev")
    verdicts, content = _judge(settings, questions)
    thresholds = fit_thresholds(verdicts, content)
    FittedThresholds(thresholds, fingerprint_data()).write(bootstrap.THRESHOLDS)
    for name, value in vars(thresholds).items():
        _out.print(f"{name:<14}{value:g}")
    _out.print(f"written to {bootstrap.THRESHOLDS.relative_to(ROOT)}")


def _read_split(split: str) -> tuple[list[Question], list[Question]]:
    return evaluating.read_questions(_QUESTIONS / split), evaluating.read_foreign(
        _QUESTIONS / "foreign" / f"{split}.jsonl"
    )


def _judge(settings: Settings, questions: list[Question]) -> tuple[list[Verdict], Content]:
    async def judge() -> tuple[list[Verdict], Content]:
        async with start_nlu_if_needed(settings) as nlu:
            conversation = bootstrap.build_conversation(settings, nlu)
            shown = track(questions, description="judging", console=_say)
            return await evaluating.judge_all(conversation, shown), conversation.content

    return asyncio.run(judge())


def _print_figures(
    figures: dict[str, Figures], similarity: dict[str, float], foreign: evaluating.Share, split: str
) -> None:
    table = Table("figure", *figures, "goal", title=f"Shares with 95 % intervals, {split} split")
    for name, goal in GOALS.items():
        cells = [_tell_share(language[name], goal.is_reached) for language in figures.values()]
        table.add_row(name, *cells, str(goal))
    table.add_row("likeness to training", *(f"{similarity.get(tag, 0):.2f}" for tag in figures), "")
    _out.print(table)
    spread = evaluating.measure_spread(figures)
    _out.print(
        f"spread on resolved {spread * 100:.1f} points (goal at most 3); foreign {_tell_share(foreign)} (goal 3 %)"
    )


def _tell_share(share: evaluating.Share, reached: Callable[[evaluating.Share], bool] = lambda _: True) -> str:
    if not share.cases:
        return "none"
    low, high = share.interval
    colour = "" if reached(share) else "[red]"
    return f"{colour}{share.value:.1%}{'[/red]' if colour else ''}\n{low:.1%}-{high:.1%}\nn = {share.cases}"
