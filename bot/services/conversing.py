"""The conversation, free of any messenger: a text, a tap, a command or a picture in, a reply out.

Everything but `judge` is a pure function of what it is given and the content.
"""

import datetime as dt
from dataclasses import dataclass, replace

from bot.errors import NluUnavailableError
from bot.languages import SOURCE, find_language
from bot.messages.content import Content
from bot.messages.conversation import (
    ChatState,
    Count,
    Decision,
    IncomingMessage,
    LanguageChoice,
    Outcome,
    Parse,
    Part,
    Reply,
    StoredData,
)
from bot.ports.clock import Clock
from bot.ports.nlu import Nlu
from bot.services import composing
from bot.services.answering import Reader, build_answer, build_conversation, build_german, make_reader
from bot.services.choosing_language import choose_language
from bot.services.deciding import CRISIS, Thresholds, decide_reply, find_nearest
from bot.services.recognising_crisis import CrisisRules
from bot.services.redacting import redact
from bot.services.searching_keywords import search_keywords
from bot.settings import Settings
from bot.states import DecisionKind, Group

_COMMANDS = frozenset({"start", "help", "language", "privacy", "mydata", "delete", "human"})


@dataclass(frozen=True)
class Judgement:
    """What the bot makes of a text before it replies.

    Attributes:
        by_rule: whether words of acute danger decided, whatever the NLU made of the text.
    """

    choice: LanguageChoice
    decision: Decision
    parse: Parse
    by_rule: bool = False

    @property
    def language(self) -> str:
        """Return the tag of the reply's language; for an unsupported language the detected one."""
        if self.decision.kind is DecisionKind.UNSUPPORTED:
            return self.choice.unsupported or self.parse.language or SOURCE
        return self.choice.tag or SOURCE


class Conversation:
    """Replies to people.

    Attributes:
        content: what is answered from; exchanged as a whole when staff publish.
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
        self.reviewers = False
        self.usual_wait: dt.timedelta | None = None
        self._crisis = crisis
        self._nlu = nlu
        self._clock = clock
        self._settings = settings
        self._thresholds = thresholds or Thresholds()

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
        try:
            parse = await self._nlu.parse(message.text)
        except NluUnavailableError:
            parse = search_keywords(message.text, self.content)
        choice = choose_language(message, parse, state)
        if danger:
            return Judgement(self._crisis_language(danger, parse, choice), _danger(parse), parse, by_rule=True)
        decision = decide_reply(parse, self.content, self._thresholds, state.turned_down)
        if decision.kind is DecisionKind.CRISIS:
            return Judgement(self._crisis_language(None, parse, choice), decision, parse)
        if choice.unsupported in self.content.unsupported or choice.tag is None:
            return Judgement(choice, Decision(DecisionKind.UNSUPPORTED, confidence=parse.language_probability), parse)
        return Judgement(choice, decision, parse)

    async def reply_to_text(self, message: IncomingMessage, state: ChatState) -> Outcome:
        """Return the reply to a question."""
        if not message.text:
            return self.reply_to_other("empty", state)
        judgement = await self.judge(message, state)
        return self.reply_to_judgement(judgement, message, state)

    def reply_to_judgement(self, judgement: Judgement, message: IncomingMessage, state: ChatState) -> Outcome:
        """Return the reply to a text that has been judged."""
        decision, choice = judgement.decision, judgement.choice
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

    def reply_to_action(self, action: str, state: ChatState, client_language: str | None = None) -> Outcome:
        """Return the reply to a button; an unknown or outdated one leads to the menu."""
        verb, _, rest = action.partition(":")
        if verb == "lang":
            return self._change_language(rest, state)
        if verb in _COMMANDS:
            return self.reply_to_command(f"{verb}:{rest}" if rest else verb, state, client_language)
        presses = {
            "topic": self._press_topic,
            "group": self._press_group,
            "papers": self._press_papers,
            "german": self._press_german,
            "field": self._press_field,
            "none": self._press_none,
            "good": self._press_good,
            "bad": self._press_bad,
            "share": self._press_share,
        }
        tag = self._known_language(state, client_language) or SOURCE
        return presses.get(verb, self._press_menu)(rest, replace(state, session_language=tag), self._reader(tag, state))

    def reply_to_command(self, command: str, state: ChatState, client_language: str | None = None) -> Outcome:
        """Return the reply to /start, /help, /language, /privacy, /mydata, /delete, /human."""
        tag = self._known_language(state, client_language)
        if command == "language" or tag is None:
            return Outcome(Reply(tag or SOURCE, (composing.build_picker(self.content),)), state)
        reader = self._reader(tag, state)
        state = replace(state, session_language=tag)
        if command == "delete:yes":
            return self._forget(reader)
        if command == "mydata":  # a face with a database asks reply_to_mydata with what that holds
            return self.reply_to_mydata(StoredData(), state, client_language)
        return self._say(reader, state, *self._command_parts(command, state, reader))

    def reply_to_mydata(self, data: StoredData, state: ChatState, client_language: str | None = None) -> Outcome:
        """Return what is stored of the person, in words, with the way to delete it."""
        tag = self._known_language(state, client_language) or SOURCE
        reader = self._reader(tag, state)
        return self._say(reader, state, composing.build_stored_data(data, state, self.content, reader))

    def _command_parts(self, command: str, state: ChatState, reader: Reader) -> tuple[Part, ...]:
        match command:
            case "start":
                welcome = composing.build_welcome(self.content, reader, self._settings)
                return (welcome,) if state.chosen else (welcome, composing.build_picker(self.content))
            case "privacy":
                return (composing.build_privacy(self.content, reader, self._settings),)
            case "delete":
                return (composing.build_delete_question(reader),)
            case "human":
                return self._human(state, reader)
        return build_conversation("help", self.content, reader), composing.build_menu(self.content, reader)

    def _forget(self, reader: Reader) -> Outcome:
        text = reader.strings.gettext("Done. Everything about you is deleted. You can write to me again any time.")
        return replace(self._say(reader, ChatState(), Part(text)), forget=True)

    def reply_to_other(self, kind: str, state: ChatState, client_language: str | None = None) -> Outcome:
        """Return a kind answer to what the bot cannot read: photo, voice, sticker, location, forwarded, other."""
        tag = self._known_language(state, client_language) or SOURCE
        reader = self._reader(tag, state)
        strings = reader.strings
        texts = {
            "photo": strings.gettext(
                "I cannot read letters or pictures. Please do not send them here: these people read them with you."
            ),
            "voice": strings.gettext("I cannot listen to voice messages. Please write your question in a few words."),
            "sticker": strings.gettext("Nice! Ask me something about life in Magdeburg, or use the menu."),
            "location": strings.gettext("I do not need to know where you are. Please write what you are looking for."),
            "forwarded": strings.gettext(
                "I do not read forwarded messages. Please write your question in your own words."
            ),
            "other": strings.gettext("I can only read text. Please write your question in a few words."),
        }
        rows = (composing.way_out_row(strings),)
        if kind == "photo":
            people = build_conversation("talk_to_human", self.content, reader)
            return self._say(reader, state, Part(texts[kind]), Part(people.text, (*people.rows, *rows)))
        return self._say(reader, state, Part(texts.get(kind, texts["other"]), rows))

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
                parts = tuple(part for topic in decision.topics for part in build_answer(topic, self.content, reader))
                answered = replace(state, last_topic=decision.topics[0], suggested=(), turned_down=(), question=None)
                return parts, answered
            case DecisionKind.CONVERSATION:
                return self._converse(decision.topics[0], state, reader)
        question = redact(message.text)
        state = replace(state, question=question, nearest=find_nearest(judgement.parse, self.content, self._thresholds))
        if decision.kind is DecisionKind.SUGGEST:
            part = composing.build_suggestions(decision.topics, self.content, reader)
            return (part,), replace(state, suggested=decision.topics)
        parts = composing.build_handover(question, self.content, reader, reviewers=self.reviewers)
        return parts, replace(state, suggested=())

    def _converse(self, intent: str, state: ChatState, reader: Reader) -> tuple[tuple[Part, ...], ChatState]:
        part = build_conversation(intent, self.content, reader)
        match intent:
            case "greet":
                part = composing.build_welcome(self.content, reader, self._settings)
            case "help":
                return (part, composing.build_menu(self.content, reader)), state
            case "change_language":
                part = Part(part.text, composing.picker_rows(self.content))
            case "talk_to_human":
                return self._human(state, reader), state
            case "privacy":
                part = composing.build_privacy(self.content, reader, self._settings)
            case "about_bot":
                part = Part(f"{part.text}\n\n{composing.tell_operator(reader.strings, self._settings)}")
            case "answer_did_not_help":
                part = Part(part.text, (composing.way_out_row(reader.strings),))
        return (part,), state

    def _human(self, state: ChatState, reader: Reader) -> tuple[Part, ...]:
        return composing.build_human(state.question, self.content, reader, reviewers=self.reviewers)

    def _answer(self, topic: str, state: ChatState, reader: Reader) -> Outcome:
        if topic in self.content.conversation:
            return self._say(reader, state, build_conversation(topic, self.content, reader))
        state = replace(state, last_topic=topic, suggested=(), turned_down=(), question=None)
        return self._say(reader, state, *build_answer(topic, self.content, reader), Count("chosen", topic))

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
            return self._say(reader, state, welcome, composing.build_menu(self.content, reader))
        return self._say(reader, state, composing.build_menu(self.content, reader))

    def _press_topic(self, topic: str, state: ChatState, reader: Reader) -> Outcome:
        if topic not in self.content.topics:
            return self._press_menu(topic, state, reader)
        return self._answer(topic, state, reader)

    def _press_group(self, rest: str, state: ChatState, reader: Reader) -> Outcome:
        topic, _, value = rest.partition(":")
        state = replace(state, group=Group(value) if value in set(Group) else Group.UNKNOWN)
        return self._press_topic(topic, state, self._reader(reader.language, state))

    def _press_papers(self, topic: str, state: ChatState, reader: Reader) -> Outcome:
        return self._say(reader, state, composing.build_papers(topic, reader))

    def _press_german(self, topic: str, state: ChatState, reader: Reader) -> Outcome:
        if topic not in self.content.topics:
            return self._press_menu(topic, state, reader)
        return self._say(reader, state, build_german(topic, self.content, reader))

    def _press_field(self, field: str, state: ChatState, reader: Reader) -> Outcome:
        return self._say(reader, state, composing.build_field(field, self.content, reader))

    def _press_none(self, _: str, state: ChatState, reader: Reader) -> Outcome:
        down = tuple(dict.fromkeys((*state.turned_down, *state.suggested)))
        state = replace(state, turned_down=down, suggested=())
        return self._say(reader, state, composing.build_none_of_these(reader), Count("none_of_these"))

    def _press_good(self, topic: str, state: ChatState, reader: Reader) -> Outcome:
        thanks = build_conversation("answer_helped", self.content, reader)
        return self._say(reader, state, thanks, *self._count("helpful", topic))

    def _press_bad(self, topic: str, state: ChatState, reader: Reader) -> Outcome:
        sorry = build_conversation("answer_did_not_help", self.content, reader)
        part = Part(sorry.text, (composing.way_out_row(reader.strings),))
        return self._say(reader, state, part, *self._count("unhelpful", topic))

    def _press_share(self, answer: str, state: ChatState, reader: Reader) -> Outcome:
        strings = reader.strings
        question, state = state.question, replace(state, question=None)
        if answer != "yes":
            text = strings.gettext("All right, nobody sees it.")
            return self._say(reader, state, Part(text, (composing.way_out_row(strings),)))
        if not question or not self.reviewers:
            lost = strings.gettext("I no longer have your question: please write it again.")
            return self._say(reader, state, Part(lost))
        part = composing.build_shared(self.usual_wait, reader)
        return replace(self._say(reader, state, part, Count("shared")), question=question)

    def _press_menu(self, _: str, state: ChatState, reader: Reader) -> Outcome:
        return self._say(reader, state, composing.build_menu(self.content, reader))

    def _count(self, what: str, topic: str) -> tuple[Count, ...]:
        return (Count(what, topic),) if topic in self.content.topics else ()

    def _known_language(self, state: ChatState, client_language: str | None) -> str | None:
        app = find_language(client_language)
        return state.chosen or state.session_language or (app.tag if app else None)

    def _say(self, reader: Reader, state: ChatState, *items: Part | Count) -> Outcome:
        parts = tuple(item for item in items if isinstance(item, Part))
        counts = tuple(item for item in items if isinstance(item, Count))
        return Outcome(Reply(reader.language, parts), state, counts)

    def _reader(self, tag: str, state: ChatState) -> Reader:
        return make_reader(tag, state.group, self._clock)

    def _crisis_language(self, danger: str | None, parse: Parse, choice: LanguageChoice) -> LanguageChoice:
        detected = find_language(parse.language)
        return LanguageChoice((detected.tag if detected else None) or choice.tag or danger or SOURCE)

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


def _danger(parse: Parse) -> Decision:
    chances = {ranked.intent: ranked.confidence for ranked in parse.ranking}
    return Decision(DecisionKind.CRISIS, (CRISIS,), max(chances.get(CRISIS, 0.0), 0.99))
