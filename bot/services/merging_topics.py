"""What topics list, changed by differences: topics.yml is one entry, and whoever changes one topic means no other."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

type Tree = Mapping[str, Any]
type TopicBody = Mapping[str, Any]
FILE, KEY = "topics.yml", "tree"
LISTS = ("places", "events")


def lay_out_topics(body: Tree | None) -> dict[str, dict[str, Any]]:
    """Return what stands at each topic by its id, wherever in the tree it is; nothing for no tree."""
    if body is None:
        return {}
    topics = [*(topic for field in body["fields"] for topic in field["topics"]), *body["conversation"]]
    return {topic["id"]: {name: value for name, value in topic.items() if name != "id"} for topic in topics}


def list_fact(body: Tree, name: str, key: str, topics: Collection[str]) -> Tree:
    """Return the tree with a fact at the end of the lists of these topics."""

    def change(topic: TopicBody) -> TopicBody:
        known = topic.get(name, [])
        return topic if topic["id"] not in topics or key in known else {**topic, name: [*known, key]}

    return _change_topics(body, change)


def unlist_fact(body: Tree, name: str, key: str, topics: Collection[str]) -> Tree:
    """Return the tree without a fact in the lists of these topics."""

    def change(topic: TopicBody) -> TopicBody:
        kept = [each for each in topic.get(name, []) if each != key]
        return topic if topic["id"] not in topics else {**topic, name: kept}

    return _change_topics(body, change)


def carry_over(before: Tree, after: Tree, there: Tree) -> Tree:
    """Return the tree that is there with what one change did to the lists; what others did meanwhile stays."""
    if there == before:
        return after
    old, new = lay_out_topics(before), lay_out_topics(after)

    def change(topic: TopicBody) -> TopicBody:
        was, becomes = old.get(topic["id"], {}), new.get(topic["id"], {})
        lists = {name: _merge(was.get(name, ()), becomes.get(name, ()), topic.get(name, ())) for name in LISTS}
        return {**topic, **lists}

    return _change_topics(there, change)


def _merge(before: Sequence[str], after: Sequence[str], there: Sequence[str]) -> list[str]:
    kept = [key for key in there if key in after or key not in before]
    return [*kept, *(key for key in after if key not in before and key not in kept)]


def _change_topics(body: Tree, change: Callable[[TopicBody], TopicBody]) -> Tree:
    fields = [{**field, "topics": [change(topic) for topic in field["topics"]]} for field in body["fields"]]
    return {**body, "fields": fields, "conversation": [change(topic) for topic in body["conversation"]]}
