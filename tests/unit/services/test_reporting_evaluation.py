"""The page of the evaluation: every language and figure on it, the test split's questions not."""

import datetime as dt

import pytest

from bot.services.evaluating import GOALS, Question, Share, Verdict, measure_by_language
from bot.services.reporting_evaluation import Report, build_report, render_report
from bot.states import DecisionKind

INTENTS = ("find_flat", "greet", "crisis", "out_of_scope")


def verdict(text: str, topic: str, kind: DecisionKind, *topics: str, language: str = "ar") -> Verdict:
    return Verdict(Question(text, language, topic, frozenset({topic})), language, kind, topics, 0.9)


VERDICTS = [
    verdict("أين أجد شقة؟", "find_flat", DecisionKind.ANSWER, "find_flat"),
    verdict("<b>falsch</b>", "find_flat", DecisionKind.CONVERSATION, "greet", language="de"),
    verdict("…", "out_of_scope", DecisionKind.HANDOVER, language="de"),
]


def report(split: str) -> Report:
    return build_report(
        measure_by_language(VERDICTS),
        Share(1, 4),
        {"de": 0.6, "ar": 0.5},
        VERDICTS,
        split=split,
        day=dt.date(2026, 11, 25),
        model="nlu-x.tar.gz",
        intents=INTENTS,
    )


def test_page_shows_every_language_and_figure_with_its_cases() -> None:
    page = render_report(report("test"))
    for name in GOALS:
        assert name in page
    assert page.count("<figure>") == len(GOALS)
    assert "25.0 %" in page
    assert "1/1" in page
    assert "0/1" in page


@pytest.mark.parametrize(("split", "shown"), [("dev", True), ("test", False)])
def test_wrong_answers_are_shown_for_the_development_split_alone(split: str, *, shown: bool) -> None:
    page = render_report(report(split))
    assert ("falsch" in page) is shown
    assert "<b>falsch" not in page


def test_confusion_counts_each_question_once() -> None:
    built = report("dev")
    assert sum(cell.count for row in built.rows for cell in row.cells) == len(VERDICTS)
    flat = next(row for row in built.rows if row.topic == "find_flat")
    assert {(cell.column, cell.count, cell.fine) for cell in flat.cells if cell.count} == {
        ("find_flat", 1, True),
        ("greet", 1, False),
    }


@pytest.mark.parametrize(
    ("name", "share", "reached"),
    [
        ("right", Share(95, 100), True),
        ("right", Share(94, 100), False),
        ("wrong", Share(2, 100), True),
        ("wrong", Share(3, 100), False),
        ("harm", Share(0, 0), True),
    ],
)
def test_goal_is_reached_or_not(name: str, share: Share, *, reached: bool) -> None:
    assert GOALS[name].is_reached(share) is reached
