"""Thresholds: the lowest with which the goals hold, found again on questions made so that one knows them."""

from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.messages.conversation import Decision, LanguageChoice, Parse, Ranked
from bot.services.deciding import Thresholds, decide_reply
from bot.services.evaluating import Question, Verdict
from bot.services.fitting_thresholds import FittedThresholds, fit_thresholds
from bot.services.judging import Judgement
from bot.states import DecisionKind
from tests.content.builder import build_small_content, build_tree

TREE = build_tree()
TREE["topics.yml"]["conversation"].append({"id": "out_of_scope"})
TREE["topics.yml"]["fields"][0]["topics"].append({"id": "find_castle", "care": "legal"})
CONTENT = build_small_content(TREE)


def verdict(topic: str, *ranking: tuple[str, float], by_rule: bool = False) -> Verdict:
    parse = Parse("de", 0.99, tuple(Ranked(*ranked) for ranked in ranking))
    decision = decide_reply(parse, CONTENT, Thresholds())
    kind = DecisionKind.CRISIS if by_rule else decision.kind
    judgement = Judgement(LanguageChoice("de"), Decision(kind, decision.topics), parse, by_rule=by_rule)
    return Verdict(Question("?", "de", topic, frozenset({topic})), "de", kind, decision.topics, 0.0, judgement)


def right(topic: str, chance: float, times: int = 100) -> list[Verdict]:
    return [verdict(topic, (topic, chance), ("thank", 1 - chance))] * times


def test_answers_begin_above_the_wrong_ones() -> None:
    asked = [*right("find_flat", 0.9), *[verdict("greet", ("find_flat", 0.55))] * 10]
    assert fit_thresholds(asked, CONTENT).answer == pytest.approx(0.56)


def test_answers_begin_low_when_nothing_is_wrong() -> None:
    assert fit_thresholds(right("find_flat", 0.9), CONTENT).answer == pytest.approx(0.1)


def test_false_answers_count_as_well() -> None:
    asked = [*right("find_flat", 0.9), *[verdict("out_of_scope", ("find_flat", 0.7))] * 20]
    assert fit_thresholds(asked, CONTENT).answer == pytest.approx(0.71)


def test_near_misses_are_kept_out_by_what_is_improbable_enough() -> None:
    near = verdict("out_of_scope", ("find_flat", 0.9), ("out_of_scope", 0.1))
    sure = verdict("find_flat", ("find_flat", 0.9), ("greet", 0.1))
    fitted = fit_thresholds([*[sure] * 100, *[near] * 50], CONTENT)
    assert fitted.outside < 0.1
    decided = decide_reply(sure.judgement.parse, CONTENT, fitted) if sure.judgement else None
    assert decided is not None
    assert decided.kind is DecisionKind.ANSWER


def test_care_is_stricter() -> None:
    asked = [*right("find_flat", 0.5, 400), *right("find_castle", 0.9), verdict("find_flat", ("find_castle", 0.8))]
    fitted = fit_thresholds(asked, CONTENT)
    assert fitted.answer == pytest.approx(0.1)
    assert fitted.answer_care == pytest.approx(0.9)


def test_nothing_is_answered_beside_a_topic_of_care_that_may_be_meant() -> None:
    between = verdict("find_castle", ("find_flat", 0.9), ("find_castle", 0.08))
    fitted = fit_thresholds([*right("find_flat", 0.9, 400), *right("find_castle", 0.9), *[between] * 2], CONTENT)
    assert fitted.beside_care < 0.08
    assert fit_thresholds([*right("find_flat", 0.9), *[between]], CONTENT).beside_care < 0.08


def test_another_topic_is_answered_beside_care_where_that_is_right() -> None:
    beside = verdict("find_flat", ("find_flat", 0.9), ("find_castle", 0.08))
    fitted = fit_thresholds([*[beside] * 100, *right("find_castle", 0.95)], CONTENT)
    assert fitted.beside_care >= 0.08


def test_crisis_begins_above_the_false_alarms() -> None:
    asked = [*right("find_flat", 0.9), *[verdict("find_flat", ("crisis", 0.4))] * 5, *right("crisis", 0.8)]
    assert fit_thresholds(asked, CONTENT).crisis == pytest.approx(0.41)


def test_what_words_of_danger_decided_counts_for_nothing() -> None:
    alarm = verdict("find_flat", ("crisis", 0.99), by_rule=True)
    assert fit_thresholds([*right("find_flat", 0.9), *[alarm] * 50], CONTENT).crisis == pytest.approx(0.1)


def test_suggestions_keep_what_they_resolve() -> None:
    half = verdict("find_flat", ("find_castle", 0.30), ("find_flat", 0.29), ("out_of_scope", 0.1))
    fitted = fit_thresholds([*right("find_flat", 0.9, 50), *[half] * 50], CONTENT)
    decided = decide_reply(half.judgement.parse, CONTENT, fitted) if half.judgement else None
    assert decided is not None
    assert decided.kind is DecisionKind.SUGGEST


def test_fitted_thresholds_come_back_from_their_file(tmp_path: Path) -> None:
    fitted = FittedThresholds(Thresholds(answer=0.61), "abc")
    fitted.write(tmp_path / "thresholds.json")
    assert FittedThresholds.read(tmp_path / "thresholds.json") == fitted


@pytest.mark.parametrize("text", ["", "{}", '{"data": "x", "thresholds": {"answers": 1}}'])
def test_broken_file_says_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / "thresholds.json").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match="bot fit"):
        FittedThresholds.read(tmp_path / "thresholds.json")
