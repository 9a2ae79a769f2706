"""What may help with a question: topics, places, and a warning where it is heavy to read."""

from collections.abc import Callable, Iterator

from bot.messages.content import Content, Place
from bot.models import ReviewItem
from bot.services.reviewing import find_care
from bot.states import Care
from bot.vault import Vault

_HUMAN = "talk_to_human"


def read_question(item: ReviewItem, vault: Vault) -> str:
    """Return the question, redacted; empty for an unhelpful answer."""
    return str(vault.open(item.sealed_question)) if item.sealed_question else ""


def list_near_topics(item: ReviewItem, content: Content) -> list[str]:
    """Return the topics near a question that have an answer, nearest first."""
    return [topic for topic in item.nearest_topics if topic in content.city]


def rank_counselling(item: ReviewItem, content: Content) -> list[Place]:
    """Return the counselling places that people can reach, best ones first.

    Those of the nearest topics come first, then those for everybody; among equals those that speak the language.
    """
    near = {key for topic in list_near_topics(item, content) for key in content.topics[topic].places}
    everybody = set(content.topics[_HUMAN].places) if _HUMAN in content.topics else set()

    def rank(place: Place) -> tuple[bool, bool, bool, str]:
        return place.id not in near, place.id not in everybody, item.language not in place.languages, place.name

    return sorted(_list_counselling(near, content), key=rank)


def is_distressing(item: ReviewItem, content: Content, vault: Vault, find_crisis: Callable[[str], str | None]) -> bool:
    """Tell whether a person should be warned before they read a question: violence is near, or acute danger."""
    texts = (read_question(item, vault), *(str(vault.open(m.sealed_text)) for m in item.messages if not m.resolution))
    return Care.VIOLENCE in find_care(item, content) or any(find_crisis(text) for text in texts)


def _list_counselling(near: set[str], content: Content) -> Iterator[Place]:
    for place in content.places.values():
        helps = place.kind == "counselling" or (place.kind == "helpline" and place.id in near)
        if helps and place.reachable:
            yield place
