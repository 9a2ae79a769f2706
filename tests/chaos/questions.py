"""Questions with a known answer: training examples that the bot is sure of, dealt out to chats."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from bot.adapters.training_examples import read_examples
from bot.languages import TAGS
from bot.messages.conversation import ChatState
from bot.services.conversing import Conversation
from bot.services.reading import read_message
from bot.settings import ROOT
from bot.states import DecisionKind
from tests.chaos.waiting import ChaosError

CHATS, PER_CHAT = 20, 5
_FIRST_CHAT = 7001
_ASKED_PER_TOPIC, _KEPT_PER_TOPIC = 40, 12
_SURE = 0.9


@dataclass(frozen=True)
class Question:
    """A text and the topic that its one right answer is about."""

    text: str
    topic: str
    language: str


@dataclass(frozen=True)
class Asked:
    """A question in a chat."""

    chat: int
    question: Question


# The questions of each language, by topic.
Pool = dict[str, dict[str, list[Question]]]


async def choose_questions(conversation: Conversation, rng: random.Random) -> Pool:
    """Return training examples that the bot answers at once, with their own topic alone and in their language."""
    pool: Pool = {}
    for language in TAGS:
        topics = {
            topic: texts for topic, texts in _read_examples(language).items() if topic in conversation.content.topics
        }
        sure: dict[str, list[Question]] = {}
        for topic, texts in topics.items():
            candidates = [
                Question(text, topic, language) for text in rng.sample(texts, min(len(texts), _ASKED_PER_TOPIC))
            ]
            kept = [question for question in candidates if await _is_sure(conversation, question)]
            if kept:
                sure[topic] = kept[:_KEPT_PER_TOPIC]
        if len(sure) < PER_CHAT:
            raise ChaosError(f"the bot is sure of only {len(sure)} topics in {language}; {PER_CHAT} are needed")
        pool[language] = sure
    return pool


async def _is_sure(conversation: Conversation, question: Question) -> bool:
    judgement = await conversation.judge(read_message(question.text, question.language), ChatState())
    decision = judgement.decision
    return (
        decision.kind is DecisionKind.ANSWER
        and decision.topics == (question.topic,)
        and decision.topics[0] not in conversation.content.conversation
        and decision.confidence >= _SURE
        and judgement.language == question.language
        and judgement.parse.source == "nlu"
    )


def _read_examples(language: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for example in read_examples(ROOT / "nlu" / "data" / language):
        if "[" not in example.text:  # [ marks an entity
            found[example.intent].append(example.text)
    return found


def deal_questions(pool: Pool, rng: random.Random, chats: int = CHATS, per_chat: int = PER_CHAT) -> list[Asked]:
    """Return a load: each chat keeps to one language, and the chats take turns.

    No chat asks on one topic twice in a row, nor twice at all as long as there are topics: so a message that is
    repeated tells a message sent twice.
    """
    hands = []
    for number in range(chats):
        topics = pool[TAGS[number % len(TAGS)]]
        sequence = _sequence_topics(list(topics), rng, per_chat)
        hands.append([Asked(_FIRST_CHAT + number, rng.choice(topics[topic])) for topic in sequence])
    return [hand[turn] for turn in range(per_chat) for hand in hands]


def _sequence_topics(topics: list[str], rng: random.Random, length: int) -> list[str]:
    def endless() -> Iterator[str]:
        last = ""
        while True:
            rng.shuffle(topics)
            if topics[0] == last:
                topics.reverse()
            yield from topics
            last = topics[-1]

    source = endless()
    return [next(source) for _ in range(length)]
