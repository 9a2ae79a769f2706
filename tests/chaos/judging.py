"""What was sent against what was asked: right, wrong, twice, lost, out of order."""

import html
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher

from bot.adapters.system_clock import SystemClock
from bot.i18n import get_strings
from bot.languages import TAGS
from bot.messages.conversation import ChatState, Part, Reply
from bot.services import composing
from bot.services.answering import find_title, make_reader
from bot.services.conversing import Conversation
from bot.states import Group
from bot.telegram.rendering import render_reply
from tests.chaos.questions import Asked
from tests.fakes.record import Call

_TAG = re.compile(r"<[^>]+>")
_ISOLATES = re.compile("[\u2066-\u2069]")
_NOTICE = "I understand less than usual right now. Please use the menu too."


@dataclass(frozen=True)
class Head:
    """The first message of a reply.

    Attributes:
        topic: of an answer; empty for every other kind of reply.
        noticed: whether a notice stood above it that the bot understands less than usual (keyword search).
    """

    kind: str
    topic: str = ""
    language: str = ""
    noticed: bool = False
    time: float = 0.0

    @property
    def answer(self) -> tuple[str, str]:
        """Return what makes an answer the right one."""
        return self.topic, self.language


@dataclass(frozen=True)
class Tally:
    """Counts over questions, except `duplicated`, which counts messages."""

    asked: int = 0
    right: int = 0
    wrong: int = 0
    duplicated: int = 0
    lost: int = 0
    out_of_order: int = 0
    noticed: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Return the sums."""
        return Tally(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


class Recogniser:
    """Knows the first line of every reply that can come to a question."""

    def __init__(self, conversation: Conversation) -> None:
        self._heads: dict[str, Head] = {}
        self._notices = {_first_line(get_strings(tag).gettext(_NOTICE)) for tag in TAGS}
        for tag in TAGS:
            self._learn_replies(conversation, tag)
        for topic in set(conversation.content.topics) - conversation.content.conversation:
            for tag in TAGS:
                title = _render(Part(f"**{find_title(topic, conversation.content, tag)}**"), tag)
                self._heads[title] = Head("answer", topic, tag)

    def _learn_replies(self, conversation: Conversation, tag: str) -> None:
        content = conversation.content
        reader = make_reader(tag, Group.UNKNOWN, SystemClock())
        parts = {
            "suggest": composing.build_suggestions((), content, reader),
            "handover": composing.build_handover(None, content, reader, reviewers=False)[0],
            "picker": composing.build_picker(content),
            "crisis": composing.build_crisis(content, reader)[0],
            "apology": conversation.apologize(ChatState(chosen=tag)).parts[0],
        }
        for kind, part in parts.items():
            self._heads[_render(part, tag)] = Head(kind, "", tag)

    def read_replies(self, messages: Sequence[Call]) -> tuple[list[Head], int]:
        """Return the replies of one chat in order, and how many messages came twice in a row.

        A chat's messages go out one by one, so one that is sent again follows itself.
        """
        heads: list[Head] = []
        repeated, last, noticed = 0, "", False
        for message in messages:
            body = str(message.params["text"])
            if body == last:
                repeated += 1
                continue
            last, line = body, _first_line(body)
            if line in self._notices:
                noticed = True
            elif found := self._heads.get(line):
                heads.append(Head(found.kind, found.topic, found.language, noticed, message.time))
                noticed = False
        return heads, repeated


def judge(asked: Sequence[Asked], sent: Sequence[Call], recogniser: Recogniser) -> Tally:
    """Return the counts over all chats."""
    messages: dict[int, list[Call]] = defaultdict(list)
    for call in sent:
        messages[call.chat_id or 0].append(call)
    questions: dict[int, list[Asked]] = defaultdict(list)
    for one in asked:
        questions[one.chat].append(one)
    tallies = [_judge_chat(own, *recogniser.read_replies(messages[chat])) for chat, own in questions.items()]
    return sum(tallies, Tally())


def _judge_chat(asked: Sequence[Asked], heads: Sequence[Head], repeated: int) -> Tally:
    """Lay the answers beside the questions; what lies beside nothing is wrong, twice, lost or out of order.

    Keyword search may well answer with another question's topic: that says nothing of the order.
    """
    expected = [(one.question.topic, one.question.language) for one in asked]
    given = [head.answer for head in heads]
    blocks = SequenceMatcher(None, expected, given, autojunk=False).get_matching_blocks()
    matched = {block.b + step for block in blocks for step in range(block.size)}
    right = len(matched)
    loose = [head.answer for number, head in enumerate(heads) if number not in matched and not head.noticed]
    missing = Counter(expected) - Counter(given[number] for number in matched)
    misplaced = sum((Counter(loose) & missing).values())
    again = sum(answer in expected and answer not in missing for answer in loose)
    replies = len(heads) - again
    lost = max(0, len(asked) - replies)
    return Tally(
        asked=len(asked),
        right=right,
        wrong=len(asked) - right - lost,
        duplicated=repeated + again + max(0, replies - len(asked)),
        lost=lost,
        out_of_order=misplaced,
        noticed=sum(head.noticed for head in heads),
    )


def _render(part: Part, tag: str) -> str:
    """Return the first line of a part as it stands in a chat."""
    _, data = render_reply(Reply(tag, (part,)), 0)[0]
    return _first_line(data["text"])


def _first_line(body: str) -> str:
    visible = _ISOLATES.sub("", html.unescape(_TAG.sub("", body)))
    return " ".join(visible.strip().split("\n", 1)[0].split())
