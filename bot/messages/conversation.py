"""A message on its way: what came in, what it means, what is decided, what goes out."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from bot.states import DecisionKind, Group

# Of the button that takes back a question which has no number before it is stored; see Reply.name_item.
WITHDRAW_NEW: Final = "withdraw:new"
# Of the button that shows what was not sent openly; the number of a question follows.
SHOW: Final = "show:"
# Of a question, in a button: what comes back may be forged, and no database takes a number of any length.
ITEM_NUMBER: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class IncomingMessage:
    """What a person sent, free of Telegram.

    Attributes:
        text: at most 500 characters, control characters removed.
        client_language: language of the person's app, BCP 47, when known.
        cut: whether the text was longer.
    """

    text: str
    client_language: str | None = None
    cut: bool = False


@dataclass(frozen=True)
class Ranked:
    """An intent and its calibrated probability, 0 to 1."""

    intent: str
    confidence: float


@dataclass(frozen=True)
class Entity:
    """Something recognised in the text, for example entity `group` with value `tolerated`."""

    entity: str
    value: str


@dataclass(frozen=True)
class Parse:
    """What the NLU makes of a text.

    Attributes:
        language: BCP 47 tag of the most probable language, offered or not; None when there was nothing to judge.
        language_probability: calibrated, 0 to 1.
        ranking: intents, most probable first.
        source: `nlu`, or `keywords` when the NLU was away and titles were searched.
    """

    language: str | None
    language_probability: float
    ranking: tuple[Ranked, ...]
    entities: tuple[Entity, ...] = ()
    source: Literal["nlu", "keywords"] = "nlu"


@dataclass(frozen=True)
class LanguageChoice:
    """The language of the reply and what to offer beside it.

    Attributes:
        tag: language of the reply, None when the person has to be asked.
        offer: another language to offer by one button, labelled in that language.
        unsupported: tag of a detected language that the bot does not speak.
        tentative: whether `tag` is only a guess (the app's language), so that the picker comes along.
    """

    tag: str | None
    offer: str | None = None
    unsupported: str | None = None
    tentative: bool = False


@dataclass(frozen=True)
class Decision:
    """What the bot does with a message.

    Attributes:
        topics: one for an answer (two when two things are asked), two or three for suggestions, the intent for
            conversation, `crisis` for crisis, none otherwise.
        confidence: calibrated probability of the first topic, 0 to 1.
    """

    kind: DecisionKind
    topics: tuple[str, ...] = ()
    confidence: float = 0.0
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True)
class Button:
    """A button below a message: exactly one of action, copy and url is set.

    Attributes:
        action: what comes back when it is pressed, at most 64 bytes.
        copy: text that is copied to the clipboard, at most 256 characters.
    """

    label: str
    action: str | None = None
    copy: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Part:
    """One message: paragraphs in the small markup (`**bold**`), and its buttons."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()

    def name_item(self, number: int) -> "Part":
        """Return the part with this number in the button that takes back the question just stored."""
        named = f"withdraw:{number}"
        rows = tuple(
            tuple(replace(button, action=named) if button.action == WITHDRAW_NEW else button for button in row)
            for row in self.rows
        )
        return replace(self, rows=rows)


@dataclass(frozen=True)
class ActiveNotice:
    """A sentence that staff put above answers for a while, or in place of everything the bot says.

    Attributes:
        topic: None for all.
        pauses: the bot says this sentence and nothing else, save in acute danger.
        texts: by language; German is always there.
        ends_at: None until somebody ends it.
    """

    topic: str | None
    pauses: bool
    texts: Mapping[str, str]
    starts_at: dt.datetime
    ends_at: dt.datetime | None

    def holds(self, now: dt.datetime) -> bool:
        """Tell whether it has begun and not yet ended."""
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


@dataclass(frozen=True)
class Reply:
    """What goes back to the person.

    Attributes:
        language: BCP 47 tag of the texts.
        decision: what it follows from; None for a reply to a tap or a command.
    """

    language: str
    parts: tuple[Part, ...]
    decision: Decision | None = None

    def name_item(self, number: int) -> "Reply":
        """Return the reply with the number of a question that has just been stored in its buttons."""
        return replace(self, parts=tuple(part.name_item(number) for part in self.parts))


@dataclass(frozen=True)
class ChatState:
    """What is remembered of a chat: the chosen language for long, the rest for 60 minutes.

    Attributes:
        chosen: language chosen by tap.
        session_language: language of the last reply.
        group: residence status, when the person said it.
        last_topic: topic of the last answer.
        suggested: topics of the last suggestions.
        turned_down: topics that were suggested and were not what the person meant.
        question: the last question that found no answer, redacted.
        nearest: topics that came near that question.
        awaiting_reply: number of the question whose volunteer the person is writing to; `question` is then what they
            wrote so far.
    """

    chosen: str | None = None
    session_language: str | None = None
    group: Group = Group.UNKNOWN
    last_topic: str | None = None
    suggested: tuple[str, ...] = ()
    turned_down: tuple[str, ...] = ()
    question: str | None = None
    nearest: tuple[str, ...] = ()
    awaiting_reply: int | None = None


@dataclass(frozen=True)
class ReleasedQuestion:
    """A question that a person released for volunteers.

    Attributes:
        open: whether volunteers may still answer it, so that it can be taken back.
        messages: what the person wrote to the volunteer afterwards.
    """

    number: int
    text: str
    released_on: dt.date
    open: bool = True
    messages: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoredData:
    """What is stored of a person beside the state of the chat, for /mydata.

    Attributes:
        last_day: day of the last message; None when nothing is stored.
        waiting: messages that have not gone out yet.
    """

    last_day: dt.date | None = None
    questions: tuple[ReleasedQuestion, ...] = ()
    waiting: int = 0


@dataclass(frozen=True)
class Count:
    """Something to count: no text, no person."""

    what: str
    topic: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a message or a tap leads to.

    Attributes:
        state: what is to be remembered from now on.
        question: a question that the person just released for volunteers, redacted.
        item: number of the question that `message` or `withdrawn` is about.
        message: what the person just released for the volunteer who answered the question, redacted.
        withdrawn: whether the person takes the question back.
        otherwise: what is said in place of `reply` when volunteers no longer have the question.
        forget: whether everything about the person is to be deleted.
    """

    reply: Reply
    state: ChatState
    counts: tuple[Count, ...] = ()
    question: str | None = None
    item: int | None = None
    message: str | None = None
    withdrawn: bool = False
    otherwise: Reply | None = None
    forget: bool = False
