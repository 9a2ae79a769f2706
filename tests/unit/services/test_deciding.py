"""Step 5: what is done with a parse."""

import pytest

from bot.messages.content import Content
from bot.messages.conversation import Decision, Entity, Parse, Ranked
from bot.services.deciding import Thresholds, decide_reply
from bot.services.storing_content import build_content
from bot.states import Care, DecisionKind, Group
from tests.conftest import read_shipped
from tests.content.builder import build_small_content, build_tree

THRESHOLDS = Thresholds(
    answer=0.7,
    outside=0.2,
    answer_care=0.85,
    beside_care=0.15,
    conversation=0.6,
    crisis=0.6,
    suggest=0.15,
    worth=0.03,
    two=0.3,
    both=0.9,
)


@pytest.fixture(scope="module")
def content() -> Content:
    return build_content(read_shipped())


def decide(content: Content, ranking: dict[str, float], down: tuple[str, ...] = ()) -> Decision:
    parse = Parse("de", 1.0, tuple(Ranked(intent, chance) for intent, chance in ranking.items()))
    return decide_reply(parse, content, THRESHOLDS, down)


@pytest.mark.parametrize(
    ("ranking", "kind", "topics"),
    [
        ({"find_flat": 0.7}, DecisionKind.ANSWER, ("find_flat",)),
        ({"find_flat": 0.55, "find_doctor": 0.4}, DecisionKind.ANSWER, ("find_flat", "find_doctor")),
        ({"find_flat": 0.69, "find_doctor": 0.2}, DecisionKind.SUGGEST, ("find_flat", "find_doctor")),
        (
            {"find_flat": 0.4, "find_doctor": 0.2, "first_steps": 0.1, "german_courses": 0.05},
            DecisionKind.SUGGEST,
            ("find_flat", "find_doctor", "first_steps"),
        ),
        ({"out_of_scope": 0.9, "find_flat": 0.05, "find_doctor": 0.04}, DecisionKind.HANDOVER, ()),
        (
            {"out_of_scope": 0.5, "find_flat": 0.4, "find_doctor": 0.1},
            DecisionKind.SUGGEST,
            ("find_flat", "find_doctor"),
        ),
        ({"find_flat": 0.75, "out_of_scope": 0.2, "find_doctor": 0.05}, DecisionKind.ANSWER, ("find_flat",)),
        (
            {"find_flat": 0.75, "out_of_scope": 0.21, "find_doctor": 0.04},
            DecisionKind.SUGGEST,
            ("find_flat", "find_doctor"),
        ),
        ({"greet": 0.6}, DecisionKind.CONVERSATION, ("greet",)),
        ({"greet": 0.7, "out_of_scope": 0.21, "find_flat": 0.01}, DecisionKind.HANDOVER, ()),
        ({"greet": 0.59, "find_flat": 0.01}, DecisionKind.HANDOVER, ()),
        ({"find_flat": 0.39, "crisis": 0.6}, DecisionKind.CRISIS, ("crisis",)),
        ({"crisis": 0.59, "find_flat": 0.1, "find_doctor": 0.01}, DecisionKind.HANDOVER, ()),
        ({}, DecisionKind.HANDOVER, ()),
        ({"unheard_of": 0.99}, DecisionKind.HANDOVER, ()),
    ],
)
def test_decision_follows_the_ranking(
    content: Content, ranking: dict[str, float], kind: DecisionKind, topics: tuple[str, ...]
) -> None:
    decision = decide(content, ranking)
    assert (decision.kind, decision.topics) == (kind, topics)


def test_suggestion_that_was_turned_down_does_not_come_again(content: Content) -> None:
    ranking = {"find_flat": 0.5, "find_doctor": 0.3, "first_steps": 0.18, "german_courses": 0.02}
    assert decide(content, ranking, ("find_flat", "find_doctor")).topics == ("first_steps", "german_courses")


def test_topic_that_needs_care_wants_more_certainty() -> None:
    tree = build_tree()
    tree["topics.yml"]["fields"][0]["topics"][0]["care"] = Care.LEGAL.value
    assert decide(build_small_content(), {"find_flat": 0.8}).kind is DecisionKind.ANSWER
    assert decide(build_small_content(tree), {"find_flat": 0.8}).kind is not DecisionKind.ANSWER


@pytest.mark.parametrize(("chance", "kind"), [(0.15, DecisionKind.ANSWER), (0.16, DecisionKind.SUGGEST)])
def test_topic_is_not_answered_while_one_of_care_may_be_meant(chance: float, kind: DecisionKind) -> None:
    tree = build_tree()
    tree["topics.yml"]["fields"][0]["topics"].append({"id": "find_lawyer", "care": Care.LEGAL.value})
    assert decide(build_small_content(tree), {"find_flat": 0.8, "find_lawyer": chance}).kind is kind


def test_groups_are_named_once_and_unknown_values_left_out(content: Content) -> None:
    entities = tuple(Entity(*pair) for pair in [("group", "eu"), ("group", "eu"), ("group", "king"), ("level", "a1")])
    assert decide_reply(Parse("de", 1.0, (), entities), content, THRESHOLDS).groups == (Group.EU,)
