"""One change of what topics list, carried over to what others made of the lists meanwhile."""

from typing import Any

import pytest

from bot.services.merging_topics import carry_over, lay_out_topics, list_fact, unlist_fact


def tree(*places: str, other: tuple[str, ...] = ()) -> dict[str, Any]:
    topics = [{"id": "flat", "places": [*places], "urgent": True}, {"id": "work", "places": [*other]}]
    return {"fields": [{"id": "home", "symbol": "x", "topics": topics}], "conversation": [{"id": "crisis"}]}


def places(body: Any) -> list[str]:
    found: list[str] = lay_out_topics(body)["flat"]["places"]
    return found


@pytest.mark.parametrize(
    ("before", "after", "there", "merged"),
    [
        ("a b", "a b c", "a b", "a b c"),
        ("a b", "a b c", "a b d", "a b d c"),
        ("a b", "a b c", "c a b", "c a b"),
        ("a b", "b", "a b d", "b d"),
        ("a b", "b", "d", "d"),
        ("a b", "b a", "a b", "b a"),
        ("b", "a b", "b d", "b d a"),
    ],
)
def test_change_is_carried_over(before: str, after: str, there: str, merged: str) -> None:
    body = carry_over(tree(*before.split()), tree(*after.split()), tree(*there.split(), other=("z",)))
    assert sorted(places(body)) == sorted(merged.split())
    assert places(body) == merged.split() or there == before
    assert lay_out_topics(body)["work"]["places"] == ["z"]
    assert lay_out_topics(body)["flat"]["urgent"]


def test_tree_that_nobody_touched_becomes_exactly_what_it_was() -> None:
    assert carry_over(tree("b"), tree("a", "b"), tree("b")) == tree("a", "b")


def test_fact_is_listed_once_and_only_where_it_is_wanted() -> None:
    once = list_fact(tree("a"), "places", "b", {"flat"})
    assert list_fact(once, "places", "b", {"flat"}) == once
    assert places(once) == ["a", "b"]
    assert lay_out_topics(once)["work"]["places"] == []
    assert places(unlist_fact(once, "places", "b", {"work"})) == ["a", "b"]
    assert places(unlist_fact(once, "places", "a", {"flat"})) == ["b"]


def test_no_tree_has_no_topics() -> None:
    assert lay_out_topics(None) == {}
