"""The conversation, free of any messenger: a text, a tap, a command or a picture in, a reply out.

Everything but `judge` is a pure function of what it is given and the content.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from bot.languages import SOURCE, find_language
from bot.messages.content import Content
from bot.messages.conversation import (
    ActiveNotice,
    ChatState,
    Count,
    Decision,
    IncomingMessage,
    LanguageChoice,
    Outcome,
    Part,
    Reply,
    StoredData,
)
from bot.ports.clock import Clock
from bot.ports.nlu import Nlu
from bot.services import composing
from bot.services.answering import (
    Reader,
    build_answer,
    build_conversation,
    build_german,
    make_reader,
    tell_notice,
)
from bot.services.deciding import CRISIS, Thresholds, find_nearest
from bot.services.deep_links import read_payload
from bot.services.judging import Judgement, judge
from bot.services.recognising_crisis import CrisisRules
from bot.services.redacting import redact
from bot.services.saying import say
from bot.services.writing_to_volunteers import (
    begin_reply,
    collect_reply,
    send_reply,
    share_question,
    show_told,
    stop_writing,
    withdraw_question,
)
from bot.settings import Settings
from bot.states import DecisionKind, Group

_COMMANDS = frozenset({"start", "help", "language", "privacy", "mydata", "delete", "human"})
# A paused bot still lets go of what it stores, and still answers to danger.
_WHILE_PAUSED = frozenset({"privacy", "mydata", "delete", "withdraw"})
_DANGER_PRESSED = f"topic:{CRISIS}"


# What a button leads to; None, for one that is outdated or unknown, to the menu.
Press = Callable[[str, ChatState, Reader], Outcome | None]


class Conversation:
    """Replies to people.

    Attributes:
        content: what is answered from; exchanged as a whole when staff publish.
        notices: what staff put above answers, or in place of them; exchanged in the same way.
        reviewers: whether anybody would read a question that is handed over; kept fresh by who loads the state.
        usual_wait: how long volunteers usually take, None when too few answers tell; kept fresh like `reviewers`.
    """

    def __init__(
        self,
        content: Content,
        crisis: CrisisRules,
        nlu: Nlu,
        clock: Clock,
        settings: Settings,
        thresholds: Thresholds | None = None,
    ) -> None:
        self.content = content
        self.notices: tuple[ActiveNotice, ...] = ()
        self.reviewers = False
        self.usual_wait: dt.timedelta | None = None
        self._crisis = crisis
        self._nlu = nlu
        self._clock = clock
        self._settings = settings
        self._thresholds = thresholds or Thresholds()

    @property
    def current_notices(self) -> tuple[ActiveNotice, ...]:
        """Return the notices that hold now."""
        now = self._clock.now()
        return tuple(notice for notice in self.notices if notice.holds(now))

    @property
    def paused(self) -> bool:
        """Tell whether staff let the bot say one sentence and nothing else, save in acute danger."""
        return self._find_pause() is not None

    def exchange(self, content: Content, crisis: CrisisRules, notices: tuple[ActiveNotice, ...]) -> None:
        """Answer from other content from now on, all of it at once."""
        self.content, self._crisis, self.notices = content, crisis, notices

    def find_crisis(self, text: str) -> str | None:
        """Return the language whose words of acute danger stand in the raw text, or None. Needs memory alone."""
        return self._crisis.find(text)

    def reply_to_crisis(self, tag: str, state: ChatState) -> Outcome:
        """Return the emergency reply."""
        reader = self._reader(tag, state)
        reply = Reply(tag, composing.build_crisis(self.content, reader), Decision(DecisionKind.CRISIS, (CRISIS,), 1.0))
        return Outcome(reply, replace(state, session_language=tag), (Count("crisis", CRISIS),))

    async def judge(self, message: IncomingMessage, state: ChatState) -> Judgement:
        """Return language and decision; when the NLU is away, titles and keywords are searched instead."""
        danger = self.find_crisis(message.text)
        return await judge(message, state, self.content, danger, self._nlu, self._thresholds)

    async def reply_to_text(self, message: IncomingMessage, state: ChatState) -> Outcome:
        """Return the reply to a question."""
        if not message.text:
            return self.reply_to_other("empty", state)
        if state.awaiting_reply is not None and not self.find_crisis(message.text):
            return self.reply_to_answer(state.awaiting_reply, message, state)
        judgement = await self.judge(message, state)
        return self.reply_to_judgement(judgement, message, state)

    def reply_to_judgement(self, judgement: Judgement, message: IncomingMessage, state: ChatState) -> Outcome:
        """Return the reply to a text that has been judged."""
        decision, choice = judgement.decision, judgement.choice
        if decision.kind is not DecisionKind.CRISIS and (pause := self._find_pause()):
            return self._say_pause(pause, choice.tag, state)
        if decision.kind is DecisionKind.UNSUPPORTED and choice.unsupported:
            reply = Reply(
                choice.unsupported, (composing.build_unsupported(choice.unsupported, self.content),), decision
            )
            return Outcome(reply, state, (Count("unsupported", choice.unsupported),))
        if decision.kind is DecisionKind.UNSUPPORTED:  # in no language that it knows: the person chooses one
            picker = Reply(SOURCE, (composing.build_picker(self.content),), decision)
            return Outcome(picker, state, (Count("asked_language"),))
        tag = choice.tag or SOURCE
        state = replace(state, session_language=tag, group=decision.groups[0] if decision.groups else state.group)
        parts, state = self._build_parts(judgement, message, state, self._reader(tag, state))
        if judgement.parse.source == "keywords":
            notice = self._reader(tag, state).strings.gettext(
                "I understand less than usual right now. Please use the menu too."
            )
            parts = (Part(notice), *parts)
        if message.cut:
            notice = self._reader(tag, state).strings.gettext("Your message was long: I read only the beginning.")
            parts = (Part(notice), *parts)
        parts = self._add_languages(parts, choice, decision)
        topics = decision.topics or ("",)
        return Outcome(Reply(tag, parts, decision), state, tuple(Count(decision.kind, topic) for topic in topics))

    def reply_to_answer(self, number: int, message: IncomingMessage, state: ChatState) -> Outcome:
        """Return what a person writes to the volunteer who answered a question, redacted, and ask for leave.

        What comes in several messages is put together, as long as it is for the same volunteer.
        """
        tag = self._known_language(state, message.client_language) or SOURCE
        if pause := self._find_pause():
            return self._say_pause(pause, tag, state)
        reader = self._reader(tag, state)
        return collect_reply(number, redact(message.text), replace(state, session_language=tag), reader)

    def reply_to_action(self, action: str, state: ChatState, client_language: str | None = None) -> Outcome:
        """Return the reply to a button; an unknown or outdated one leads to the menu."""
        verb, _, rest = action.partition(":")
        if verb != "tell":
            state = stop_writing(state)
        if verb not in _COMMANDS | _WHILE_PAUSED and action != _DANGER_PRESSED and (pause := self._find_pause()):
            return self._say_pause(pause, self._known_language(state, client_language), state)
        if verb == "lang":
            return self._change_language(rest, state)
        if verb in _COMMANDS:
            return self.reply_to_command(f"{verb}:{rest}" if rest else verb, state, client_language)
        presses: Mapping[str, Press] = {
            "topic": self._press_topic,
            "group": self._press_group,
            "papers": self._press_papers,
            "german": self._press_german,
            "field": self._press_field,
            "none": self._press_none,
            "good": self._press_good,
            "bad": self._press_bad,
            "share": self._press_share,
            "reply": begin_reply,
            "tell": send_reply,
            "withdraw": withdraw_question,
        }
        tag = self._known_language(state, client_language) or SOURCE
        state, reader, press = replace(state, session_language=tag), self._reader(tag, state), presses.get(verb)
        return (press(rest, state, reader) if press else None) or self._show_menu(state, reader)

    def reply_to_command(self, command: str, state: ChatState, client_language: str | None = None) -> Outcome:
        """Return the reply to /start, /help, /language, /privacy, /mydata, /delete, /human."""
        tag, state = self._known_language(state, client_language), stop_writing(state)
        pause = self._find_pause()
        if pause and command.partition(":")[0] not in _WHILE_PAUSED:
            return self._say_pause(pause, tag, state)
        if command == "language" or (tag is None and not pause):
            return Outcome(Reply(tag or SOURCE, (composing.build_picker(self.content),)), state)
        tag = tag or SOURCE  # nobody could choose a language now
        reader = self._reader(tag, state)
        state = replace(state, session_language=tag)
        if command == "delete:yes":
            return self._forget(reader)
        if command == "mydata":  # a face with a database asks reply_to_mydata with what that holds
            return self.reply_to_mydata(StoredData(), state, client_language)
        return say(reader, state, *self._command_parts(command, state, reader))

    def reply_to_link(self, payload: str, state: ChatState, client_language: str | None = None) -> Outcome:
        """Return what a link to the bot opens: a topic in its language, at first contact after the welcome.

        The link is a choice of language for those who made none.
        """
        target, state = read_payload(payload, self.content.topics), stop_writing(state)
        tag = target.language or self._known_language(state, client_language)
        if pause := self._find_pause():
            return self._say_pause(pause, tag, state)
        if tag is None:
            return Outcome(Reply(SOURCE, (composing.build_picker(self.content, target.topic),)), state)
        first = state.chosen is None and state.session_language is None
        state = replace(state, chosen=state.chosen or target.language, session_language=tag)
        reader = self._reader(tag, state)
        if target.topic is None:
            return say(reader, state, *self._command_parts("start", state, reader))
        opened = self._answer(target.topic, state, reader)
        if not first:
            return opened
        welcome = composing.build_welcome(self.content, reader, self._settings)
        return replace(opened, reply=replace(opened.reply, parts=(welcome, *opened.reply.parts)))

    def reply_to_mydata(self, data: StoredData, state: ChatState, client_language: str | None = None) -> Outcome:
        """Return what is stored of the person, in words, with the way to delete it."""
        tag = self._known_language(state, client_language) or SOURCE
        reader = self._reader(tag, state)
        return say(reader, state, composing.build_stored_data(data, state, self.content, reader))

    def reply_to_show(self, told: Reply | None, state: ChatState, client_language: str | None = None) -> Outcome:
        """Return what volunteers said, which was not sent openly; a face with a database looks it up."""
        tag, state = self._known_language(state, client_language) or SOURCE, stop_writing(state)
        return show_told(told, replace(state, session_language=tag), self._reader(tag, state))

    def _command_parts(self, command: str, state: ChatState, reader: Reader) -> tuple[Part, ...]:
        match command:
            case "start":
                welcome = composing.build_welcome(self.content, reader, self._settings)
                return (welcome,) if state.chosen else (welcome, composing.build_picker(self.content))
            case "privacy":
                return self._converse("privacy", state, reader)
            case "delete":
                return (composing.build_delete_question(reader),)
            case "human":
                return self._converse("talk_to_human", state, reader)
        return self._converse("help", state, reader)

    def _forget(self, reader: Reader) -> Outcome:
        text = reader.strings.gettext("Done. Everything about you is deleted. You can write to me again any time.")
        return replace(say(reader, ChatState(), Part(text)), forget=True)

    def reply_to_other(self, kind: str, state: ChatState, client_language: str | None = None) -> Outcome:
        """Return a kind answer to what the bot cannot read: photo, voice, sticker, location, forwarded, other."""
        tag = self._known_language(state, client_language) or SOURCE
        if pause := self._find_pause():
            return self._say_pause(pause, tag, state)
        reader = self._reader(tag, state)
        return say(reader, state, *composing.build_unreadable(kind, self.content, reader))

    def apologize(self, state: ChatState) -> Reply:
        """Return what is said when a message could not be handled at all."""
        tag = state.chosen or state.session_language or SOURCE
        strings = self._reader(tag, state).strings
        text = strings.gettext("Sorry, something went wrong with your last message. Please try again later.")
        return Reply(tag, (Part(text, (composing.way_out_row(strings),)),))

    def _build_parts(
        self, judgement: Judgement, message: IncomingMessage, state: ChatState, reader: Reader
    ) -> tuple[tuple[Part, ...], ChatState]:
        decision = judgement.decision
        match decision.kind:
            case DecisionKind.CRISIS:
                return composing.build_crisis(self.content, reader), state
            case DecisionKind.ANSWER:
                answered = replace(state, last_topic=decision.topics[0], suggested=(), turned_down=(), question=None)
                return tuple(self._build_answers(decision.topics, reader)), answered
            case DecisionKind.CONVERSATION:
                return self._converse(decision.topics[0], state, reader), state
        question = redact(message.text)
        state = replace(state, question=question, nearest=find_nearest(judgement.parse, self.content, self._thresholds))
        if decision.kind is DecisionKind.SUGGEST:
            part = composing.build_suggestions(decision.topics, self.content, reader)
            return (part,), replace(state, suggested=decision.topics)
        parts = composing.build_handover(question, self.content, reader, reviewers=self.reviewers)
        return parts, replace(state, suggested=())

    def _converse(self, intent: str, state: ChatState, reader: Reader) -> tuple[Part, ...]:
        if intent == "talk_to_human":
            return composing.build_human(state.question, self.content, reader, reviewers=self.reviewers)
        part = build_conversation(intent, self.content, reader)
        match intent:
            case "greet":
                part = composing.build_welcome(self.content, reader, self._settings)
            case "help":
                return part, composing.build_menu(self.content, reader)
            case "change_language":
                part = Part(part.text, composing.picker_rows(self.content))
            case "privacy":
                part = composing.build_privacy(self.content, reader, self._settings)
            case "about_bot":
                part = Part(f"{part.text}\n\n{composing.tell_operator(reader.strings, self._settings)}")
            case "answer_did_not_help":
                part = Part(part.text, (composing.way_out_row(reader.strings),))
        return (part,)

    def _answer(self, topic: str, state: ChatState, reader: Reader) -> Outcome:
        if topic in self.content.conversation:
            return say(reader, state, build_conversation(topic, self.content, reader))
        state = replace(state, last_topic=topic, suggested=(), turned_down=(), question=None)
        return say(reader, state, *self._build_answers((topic,), reader), Count("chosen", topic))

    def _build_answers(self, topics: Iterable[str], reader: Reader) -> Iterator[Part]:
        notices = self.current_notices
        for topic in topics:
            yield from build_answer(topic, self.content, reader, notices)
            notices = tuple(notice for notice in notices if notice.topic)  # what is for all is said once

    def _find_pause(self) -> ActiveNotice | None:
        return next((notice for notice in self.current_notices if notice.pauses), None)

    def _say_pause(self, pause: ActiveNotice, tag: str | None, state: ChatState) -> Outcome:
        reader = self._reader(tag or SOURCE, state)
        return say(reader, state, Part(tell_notice(pause, reader)), Count("paused"))

    def _change_language(self, rest: str, state: ChatState) -> Outcome:
        tag, _, topic = rest.partition(":")
        language = find_language(tag)
        if language is None:
            return Outcome(Reply(state.chosen or SOURCE, (composing.build_picker(self.content),)), state)
        first = state.chosen is None and state.last_topic is None
        state = replace(state, chosen=language.tag, session_language=language.tag)
        reader = self._reader(language.tag, state)
        if topic in self.content.topics:
            return self._answer(topic, state, reader)
        if first:
            welcome = composing.build_welcome(self.content, reader, self._settings)
            return say(reader, state, welcome, composing.build_menu(self.content, reader))
        return say(reader, state, composing.build_menu(self.content, reader))

    def _press_topic(self, topic: str, state: ChatState, reader: Reader) -> Outcome | None:
        return self._answer(topic, state, reader) if topic in self.content.topics else None

    def _press_group(self, rest: str, state: ChatState, reader: Reader) -> Outcome:
        topic, _, value = rest.partition(":")
        state = replace(state, group=Group(value) if value in set(Group) else Group.UNKNOWN)
        reader = self._reader(reader.language, state)
        return self._press_topic(topic, state, reader) or self._show_menu(state, reader)

    def _press_papers(self, topic: str, state: ChatState, reader: Reader) -> Outcome:
        return say(reader, state, composing.build_papers(topic, reader))

    def _press_german(self, topic: str, state: ChatState, reader: Reader) -> Outcome | None:
        if topic not in self.content.topics:
            return None
        return say(reader, state, build_german(topic, self.content, reader))

    def _press_field(self, field: str, state: ChatState, reader: Reader) -> Outcome:
        return say(reader, state, composing.build_field(field, self.content, reader))

    def _press_none(self, _: str, state: ChatState, reader: Reader) -> Outcome:
        down = tuple(dict.fromkeys((*state.turned_down, *state.suggested)))
        state = replace(state, turned_down=down, suggested=())
        return say(reader, state, composing.build_none_of_these(reader), Count("none_of_these"))

    def _press_good(self, topic: str, state: ChatState, reader: Reader) -> Outcome:
        thanks = build_conversation("answer_helped", self.content, reader)
        return say(reader, state, thanks, *self._count("helpful", topic))

    def _press_bad(self, topic: str, state: ChatState, reader: Reader) -> Outcome:
        sorry = self._converse("answer_did_not_help", state, reader)
        return say(reader, state, *sorry, *self._count("unhelpful", topic))

    def _press_share(self, answer: str, state: ChatState, reader: Reader) -> Outcome:
        return share_question(answer, state, reader, self.usual_wait, reviewers=self.reviewers)

    def _show_menu(self, state: ChatState, reader: Reader) -> Outcome:
        return say(reader, state, composing.build_menu(self.content, reader))

    def _count(self, what: str, topic: str) -> tuple[Count, ...]:
        return (Count(what, topic),) if topic in self.content.topics else ()

    def _known_language(self, state: ChatState, client_language: str | None) -> str | None:
        app = find_language(client_language)
        return state.chosen or state.session_language or (app.tag if app else None)

    def _reader(self, tag: str, state: ChatState) -> Reader:
        return make_reader(tag, state.group, self._clock)

    def _add_languages(self, parts: tuple[Part, ...], choice: LanguageChoice, decision: Decision) -> tuple[Part, ...]:
        topic = decision.topics[0] if decision.kind is DecisionKind.ANSWER else None
        if choice.tentative:
            rows = composing.picker_rows(self.content)
        elif choice.offer:
            rows = (composing.language_row(choice.offer, topic),)
        else:
            return parts
        last = parts[-1]
        return (*parts[:-1], Part(last.text, (*last.rows, *rows)))
