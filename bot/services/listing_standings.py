"""How the answer of each topic stands in each language."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.languages import SOURCE, TAGS
from bot.messages.content import Content
from bot.services.storing_content import find_translation_state
from bot.states import AnswerState, TranslationState

CONVERSATION = "conversation"


class Standing(StrEnum):
    """How an answer stands in a language: German by its state, a translation by how it came about."""

    PUBLIC = "public"
    REVIEW = "review"
    DRAFT = "draft"
    REVIEWED = "reviewed"
    MACHINE_DRAFT = "machine_draft"
    OUTDATED = "outdated"
    MISSING = "missing"


# A translation that a person has to read, or write: as in the half hour.
TO_READ = frozenset({Standing.MACHINE_DRAFT, Standing.OUTDATED, Standing.MISSING})


@dataclass(frozen=True)
class MatrixRow:
    """A topic and how its answer stands in every language."""

    topic: str
    field: str
    title: str
    standings: Mapping[str, Standing]


def list_matrix(content: Content, tags: Collection[str] = TAGS) -> tuple[MatrixRow, ...]:
    """Return the topics in their order, those of conversation last, with how each stands in these languages."""
    fields = [(field.id, topic.id) for field in content.tree.fields for topic in field.topics]
    fields += [(CONVERSATION, topic.id) for topic in content.tree.conversation]
    return tuple(
        MatrixRow(
            topic,
            field,
            find_german_title(content, topic),
            {tag: find_standing(content, tag, topic) for tag in tags},
        )
        for field, topic in fields
    )


def search_topics(content: Content, words: str) -> frozenset[str]:
    """Return the topics that hold every word in their id, or in a title or keyword of any language."""
    wanted = words.casefold().split()
    named = {topic: _read_names(content, topic) for topic in content.topics}
    return frozenset(topic for topic, names in named.items() if all(word in names for word in wanted))


def count_standings(rows: Iterable[MatrixRow]) -> Mapping[Standing, int]:
    """Return how many answers stand in which way."""
    return Counter(standing for row in rows for standing in row.standings.values())


def count_outdated(content: Content, topic: str) -> int:
    """Return how many translations of an answer are behind its German text."""
    return sum(find_standing(content, tag, topic) is Standing.OUTDATED for tag in TAGS)


def find_standing(content: Content, language: str, topic: str) -> Standing:
    """Return how an answer stands in a language."""
    answer, german = content.answers.get(language, {}).get(topic), content.answers[SOURCE].get(topic)
    if answer is None:
        return Standing.MISSING
    if language == SOURCE:
        return Standing(answer.state or AnswerState.DRAFT)
    if german is None:
        return Standing.OUTDATED
    return Standing(find_translation_state(answer, german) or TranslationState.MACHINE_DRAFT)


def find_german_title(content: Content, topic: str) -> str:
    """Return the German title of a topic; its id while there is none."""
    german = content.answers[SOURCE].get(topic)
    return german.title if german else topic


def _read_names(content: Content, topic: str) -> str:
    """Return all that people may call a topic, to search in."""
    answers = [known[topic] for known in content.answers.values() if topic in known]
    return " ".join([topic, *(name for answer in answers for name in (answer.title, *answer.keywords))]).casefold()
