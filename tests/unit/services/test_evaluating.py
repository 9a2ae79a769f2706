"""The figures of the measures, counted on lists short enough to count by hand."""

import math
from pathlib import Path

import pytest

from bot.bootstrap import build_conversation
from bot.errors import ContentError
from bot.services.evaluating import (
    Question,
    Share,
    Verdict,
    judge_all,
    measure,
    measure_by_language,
    measure_foreign,
    measure_similarity,
    measure_spread,
    read_questions,
)
from bot.settings import ROOT, Settings
from bot.states import DecisionKind
from tests.fakes.scripted_nlu import ScriptedNlu


def verdict(
    topic: str,
    kind: DecisionKind,
    *topics: str,
    also: tuple[str, ...] = (),
    language: str = "de",
    detected: str | None = None,
) -> Verdict:
    question = Question("?", language, topic, frozenset({topic, *also}))
    return Verdict(question, detected or language, kind, topics, 0.9)


ANSWER, SUGGEST, HANDOVER = DecisionKind.ANSWER, DecisionKind.SUGGEST, DecisionKind.HANDOVER
BY_HAND = [
    verdict("find_flat", ANSWER, "find_flat"),  # right
    verdict("find_flat", ANSWER, "first_steps", also=("first_steps",)),  # right: accepted by a reviewer
    verdict("find_flat", ANSWER, "find_doctor", "find_flat"),  # right: one of the two
    verdict("greet", DecisionKind.CONVERSATION, "greet"),  # right
    verdict("find_flat", SUGGEST, "find_doctor", "find_flat"),  # resolved
    verdict("find_flat", SUGGEST, "find_doctor", "first_steps"),  # neither
    verdict("find_flat", HANDOVER, detected="uk"),  # neither, and in the wrong language
    verdict("find_flat", ANSWER, "find_doctor"),  # wrong
    verdict("find_flat", DecisionKind.CRISIS, "crisis"),  # wrong, and a false alarm
    verdict("out_of_scope", HANDOVER),
    verdict("out_of_scope", SUGGEST, "find_flat", "find_doctor"),
    verdict("out_of_scope", ANSWER, "find_flat"),  # false answer
    verdict("crisis", DecisionKind.CRISIS, "crisis"),
    verdict("crisis", HANDOVER),  # danger overlooked
]


@pytest.mark.parametrize(
    ("figure", "hits", "cases"),
    [
        ("right", 4, 9),
        ("resolved", 5, 9),
        ("wrong", 2, 9),
        ("false answer", 1, 3),
        ("harm", 0, 0),
        ("language", 13, 14),
        ("romanised", 0, 0),
        ("crisis", 1, 2),
        ("false alarm", 1, 12),
    ],
)
def test_figure_is_the_one_counted_by_hand(figure: str, hits: int, cases: int) -> None:
    assert measure(BY_HAND)[figure] == Share(hits, cases)


def test_languages_are_measured_apart() -> None:
    german = verdict("find_flat", ANSWER, "find_flat")
    ukrainian = verdict("find_flat", HANDOVER, language="uk")
    figures = measure_by_language([german, ukrainian])
    assert list(figures) == ["de", "uk"]
    assert (figures["de"]["right"], figures["uk"]["right"]) == (Share(1, 1), Share(0, 1))


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [
        (Share(8, 10), 0.490, 0.943),
        (Share(0, 10), 0.0, 0.278),
        (Share(10, 10), 0.722, 1.0),
        (Share(570, 600), 0.930, 0.965),
    ],
)
def test_interval_is_wilsons(share: Share, low: float, high: float) -> None:
    assert share.interval == pytest.approx((low, high), abs=0.0005)


def test_share_without_cases_is_unknown_and_not_zero() -> None:
    assert math.isnan(Share(0, 0).value)
    assert Share(0, 0).interval == (0.0, 1.0)


def test_questions_are_read_with_the_language_of_their_file(tmp_path: Path) -> None:
    (tmp_path / "uk.jsonl").write_text(
        '{"text": "Де?", "topic": "find_flat", "accepted": ["find_flat", "first_steps"]}\n', encoding="utf-8"
    )
    (tmp_path / "notes.txt").write_text("no questions", encoding="utf-8")
    assert read_questions(tmp_path) == [Question("Де?", "uk", "find_flat", frozenset({"find_flat", "first_steps"}))]


@pytest.mark.parametrize(
    "broken", ["{", '"text"', "[]", '{"text": "x", "topic": "y"}', '{"text": "x", "topic": "y", "accepted": 5}']
)
def test_broken_line_is_named_with_its_file(tmp_path: Path, broken: str) -> None:
    good = '{"text": "Wo?", "topic": "find_flat", "accepted": []}'
    (tmp_path / "de.jsonl").write_text(f"{good}\n{broken}\n{good}\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"de\.jsonl, line 2"):
        read_questions(tmp_path)


def test_harm_counts_questions_on_topics_of_care_alone() -> None:
    assert measure(BY_HAND, {"find_flat"})["harm"] == Share(2, 8)


def test_romanised_questions_have_a_figure_of_their_own() -> None:
    romanised = Verdict(Question("bdi bet", "ar", "find_flat", frozenset(), romanised=True), "en", HANDOVER, (), 0.0)
    figures = measure([romanised, verdict("find_flat", HANDOVER)])
    assert (figures["language"], figures["romanised"]) == (Share(1, 1), Share(0, 1))


def test_foreign_message_is_answered_unless_it_is_recognised_as_such() -> None:
    kinds = (DecisionKind.UNSUPPORTED, ANSWER, HANDOVER, DecisionKind.CRISIS)
    assert measure_foreign([verdict("out_of_scope", kind) for kind in kinds]) == Share(2, 3)


def test_spread_is_best_minus_worst() -> None:
    right, handed = verdict("find_flat", ANSWER, "find_flat"), verdict("find_flat", HANDOVER, language="uk")
    assert measure_spread(measure_by_language([right, handed])) == pytest.approx(1.0)


def test_likeness_is_that_to_the_nearest_example() -> None:
    asked = [Question("Wo ist das Amt?", "de", "x", frozenset())]
    assert measure_similarity(asked, {"de": ["wo ist das amt?", "Hallo"]})["de"] == pytest.approx(1.0)
    assert measure_similarity(asked, {"de": ["zzz"]})["de"] < 0.3
    assert measure_similarity(asked, {}) == {}


async def test_questions_are_judged_as_a_conversation_of_their_own_each() -> None:
    conversation = build_conversation(Settings(_env_file=None, content_dir=ROOT / "content"), ScriptedNlu())
    texts = ["Wo kann ich Deutsch lernen?", "Wie wird das Wetter morgen?", "Де можна вивчити німецьку?"]
    seen: list[int] = []
    verdicts = await judge_all(
        conversation, [Question(text, "de", "x", frozenset()) for text in texts], lambda: seen.append(len(seen))
    )
    assert [(v.language, v.kind, v.topics) for v in verdicts] == [
        ("de", ANSWER, ("german_courses",)),
        ("de", HANDOVER, ()),
        ("uk", ANSWER, ("german_courses",)),
    ]
    assert seen == [0, 1, 2]
