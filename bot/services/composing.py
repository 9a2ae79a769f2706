"""Replies that are no answers: pickers, menus, suggestions, hand-overs, danger."""

import datetime as dt
from collections.abc import Iterator
from textwrap import shorten

from bot.i18n import Strings, get_strings
from bot.languages import get_language
from bot.messages.content import Content
from bot.messages.conversation import SHOW, WITHDRAW_NEW, Button, ChatState, Part, ReleasedQuestion, StoredData
from bot.services.answering import Reader, build_conversation, find_title
from bot.services.deciding import CRISIS
from bot.services.naming_groups import ASKED, name_group
from bot.services.naming_marks import tell_marks
from bot.settings import Settings
from bot.states import Group

Rows = tuple[tuple[Button, ...], ...]
_LABEL = 30
_WITHDRAWALS = 20


def build_picker(content: Content, topic: str | None = None) -> Part:
    """Return the question for the language, in every language that is complete; a topic is what comes next."""
    lines = [get_strings(language.tag).gettext("Please choose your language.") for language in content.complete]
    return Part("\n".join(lines), picker_rows(content, topic))


def picker_rows(content: Content, topic: str | None = None) -> Rows:
    """Return one button a complete language: its sign and its own name."""
    return tuple(language_row(language.tag, topic) for language in content.complete)


def language_row(tag: str, topic: str | None) -> tuple[Button, ...]:
    """Return the button that says the same in another language, labelled in that language."""
    language = get_language(tag)
    action = f"lang:{tag}:{topic}" if topic else f"lang:{tag}"
    return (Button(f"{language.symbol} · {language.name}", action=action),)


def build_unreadable(kind: str, content: Content, reader: Reader) -> tuple[Part, ...]:
    """Return a kind answer to what the bot cannot read: photo, voice, sticker, location, forwarded, other."""
    strings = reader.strings
    texts = {
        "photo": strings.gettext(
            "I cannot read letters or pictures. Please do not send them here: these people read them with you."
        ),
        "voice": strings.gettext("I cannot listen to voice messages. Please write your question in a few words."),
        "sticker": strings.gettext("Nice! Ask me something about life in Magdeburg, or use the menu."),
        "location": strings.gettext("I do not need to know where you are. Please write what you are looking for."),
        "forwarded": strings.gettext("I do not read forwarded messages. Please write your question in your own words."),
        "other": strings.gettext("I can only read text. Please write your question in a few words."),
    }
    rows = (way_out_row(strings),)
    if kind == "photo":
        people = build_conversation("talk_to_human", content, reader)
        return Part(texts[kind]), Part(people.text, (*people.rows, *rows))
    return (Part(texts.get(kind, texts["other"]), rows),)


def build_unsupported(tag: str, content: Content) -> Part:
    """Return the line in a language that the bot does not speak, and the languages it does."""
    return Part(content.unsupported[tag].line, picker_rows(content))


def build_menu(content: Content, reader: Reader) -> Part:
    """Return the fields of action."""
    names = content.field_names[reader.language]
    rows = tuple(
        (Button(f"{field.symbol} {names[field.id]}", action=f"field:{field.id}"),) for field in content.tree.fields
    )
    return Part(reader.strings.gettext("What is it about?"), rows)


def build_field(field_id: str, content: Content, reader: Reader) -> Part:
    """Return the topics of a field; the menu when there is no such field."""
    field = next((field for field in content.tree.fields if field.id == field_id), None)
    if field is None:
        return build_menu(content, reader)
    rows = topic_rows(tuple(topic.id for topic in field.topics), content, reader)
    back = (Button(f"☰ {reader.strings.gettext('Menu')}", action="menu"),)
    return Part(f"**{field.symbol} {content.field_names[reader.language][field.id]}**", (*rows, back))


def topic_rows(topics: tuple[str, ...], content: Content, reader: Reader) -> Rows:
    """Return one button a topic."""
    return tuple((Button(find_title(topic, content, reader.language), action=f"topic:{topic}"),) for topic in topics)


def build_suggestions(topics: tuple[str, ...], content: Content, reader: Reader) -> Part:
    """Return the topics that may be meant, and the way out."""
    strings = reader.strings
    none = (Button(strings.gettext("None of these"), action="none"),)
    return Part(strings.gettext("Do you mean one of these?"), (*topic_rows(topics, content, reader), none))


def build_none_of_these(reader: Reader) -> Part:
    """Return what remains when no suggestion fits: the menu, other words, a person."""
    strings = reader.strings
    text = strings.gettext("Sorry! Write it in other words, look in the menu, or ask a person.")
    return Part(text, (way_out_row(strings),))


def way_out_row(strings: Strings) -> tuple[Button, ...]:
    """Return the buttons for the menu and for a person."""
    return (
        Button(f"☰ {strings.gettext('Menu')}", action="menu"),
        Button(f"🙋 {strings.gettext('Ask a person')}", action="human"),
    )


def build_handover(question: str | None, content: Content, reader: Reader, *, reviewers: bool) -> tuple[Part, ...]:
    """Return the honest "I do not know", and the offer to show the question to volunteers when there are any."""
    unknown = build_conversation("out_of_scope", content, reader)
    parts = (Part(unknown.text, (*unknown.rows, way_out_row(reader.strings))),)
    return (*parts, build_share_offer(question, reader)) if question and reviewers else parts


def build_share_offer(question: str, reader: Reader) -> Part:
    """Return the question as volunteers would see it, and ask for leave."""
    strings = reader.strings
    text = strings.gettext(
        "May volunteers see your question? They would see only this text, not your name or phone number:"
    )
    yes = Button(f"✅ {strings.gettext('Yes, show it')}", action="share:yes")
    return Part(
        f"{text}\n\n«{tell_marks(question, strings)}»", ((yes, Button(strings.gettext("No"), action="share:no")),)
    )


def build_shared(usual_wait: dt.timedelta | None, reader: Reader) -> Part:
    """Return the thanks for a released question, and honestly how long an answer takes."""
    strings = reader.strings
    if usual_wait is None:
        wait = strings.gettext("How long it takes we cannot say yet: there were too few questions so far.")
    else:
        wait = strings.gettext("Usually it takes {duration}.", duration=strings.duration(usual_wait))
    paragraphs = (
        strings.gettext("Thank you. Volunteers read it and answer here, between 8 and 20 o'clock.") + " " + wait,
        strings.gettext("If nobody has answered after three days, I tell you who can help you in person."),
        strings.gettext("If you change your mind: /delete removes it, with everything else about you."),
    )
    back = Button(f"↩️ {strings.gettext('Take the question back')}", action=WITHDRAW_NEW)
    return Part("\n\n".join(paragraphs), ((back,),))


def reply_row(number: int, strings: Strings) -> tuple[Button, ...]:
    """Return the button that lets an asker write to the volunteer who answered a question."""
    return (Button(f"✉️ {strings.gettext('Write to the volunteer')}", action=f"reply:{number}"),)


def show_row(number: int, strings: Strings) -> tuple[Button, ...]:
    """Return the button that shows what no locked screen may show."""
    return (Button(f"👁 {strings.gettext('Show the message')}", action=f"{SHOW}{number}"),)


def build_reply_request(reader: Reader) -> Part:
    """Return the request to write to the volunteer, and the way out of it."""
    strings = reader.strings
    text = strings.gettext(
        "Write your message to the volunteer now. Before anybody sees it, I show you what they would see."
    )
    return Part(text, ((Button(strings.gettext("Write nothing"), action="tell:no"),),))


def build_reply_offer(text: str, reader: Reader) -> Part:
    """Return the message as the volunteer would see it, and ask for leave."""
    strings = reader.strings
    question = strings.gettext("May the volunteer see this? They would see only this text:")
    yes = Button(f"✅ {strings.gettext('Yes, show it')}", action="tell:yes")
    return Part(
        f"{question}\n\n«{tell_marks(text, strings)}»", ((yes, Button(strings.gettext("No"), action="tell:no")),)
    )


def build_stored_data(data: StoredData, state: ChatState, content: Content, reader: Reader) -> Part:
    """Return all that is stored of the person, line by line, with the button that deletes it."""
    strings = reader.strings
    nothing = strings.gettext("nothing")
    group = name_group(state.group, strings) if state.group is not Group.UNKNOWN else nothing
    last = state.last_topic if state.last_topic in content.topics else None
    topic = find_title(last, content, reader.language) if last else nothing
    lines = [
        f"**{strings.gettext('What I store about you')}**",
        strings.gettext("Chat number: encrypted, so that I can answer you"),
        strings.gettext("Language: {value}", value=get_language(state.chosen).name if state.chosen else nothing),
        strings.gettext("Last message: {value}", value=strings.date(data.last_day) if data.last_day else nothing),
        strings.gettext("Your paper (at most one hour): {value}", value=group),
        strings.gettext("Last topic (at most one hour): {value}", value=topic),
        strings.gettext(
            "Open question (at most one hour): {value}", value=tell_marks(state.question or nothing, strings)
        ),
        strings.gettext("Messages waiting to be sent: {value}", value=data.waiting),
    ]
    questions = [line for item in data.questions for line in _list_question(item, strings)]
    still_open = [item for item in data.questions if item.open][-_WITHDRAWALS:]
    rows = tuple((_make_withdrawal(item, strings),) for item in still_open)
    delete = Button(f"🗑 {strings.gettext('Delete my data')}", action="delete")
    return Part("\n".join((*lines, *questions)), (*rows, (delete,)))


def _list_question(item: ReleasedQuestion, strings: Strings) -> Iterator[str]:
    date = strings.date(item.released_on)
    yield strings.gettext(
        "Question for volunteers of {date}: «{question}»", date=date, question=tell_marks(item.text, strings)
    )
    for text in item.messages:
        yield strings.gettext("Your message to the volunteer: «{text}»", text=tell_marks(text, strings))


def _make_withdrawal(item: ReleasedQuestion, strings: Strings) -> Button:
    beginning = shorten(tell_marks(item.text, strings), _LABEL, placeholder="…")
    return Button(
        f"↩️ {strings.gettext('Take back: «{question}»', question=beginning)}", action=f"withdraw:{item.number}"
    )


def build_human(question: str | None, content: Content, reader: Reader, *, reviewers: bool) -> tuple[Part, ...]:
    """Return people to talk to, and the offer to show the last open question to volunteers when there are any."""
    part = build_conversation("talk_to_human", content, reader)
    return (part, build_share_offer(question, reader)) if question and reviewers else (part,)


def build_crisis(content: Content, reader: Reader) -> tuple[Part, ...]:
    """Return the emergency reply."""
    return (build_conversation(CRISIS, content, reader),)


def build_papers(topic: str, reader: Reader) -> Part:
    """Return the question for the paper in the hand, with the German words printed on it."""
    strings = reader.strings
    text = strings.gettext("Which paper do you have? I forget it after one hour.")
    return Part(text, tuple((Button(name_group(group, strings), action=f"group:{topic}:{group}"),) for group in ASKED))


def build_welcome(content: Content, reader: Reader, settings: Settings) -> Part:
    """Return the first message: who the bot is, who runs it, what it can do."""
    greeting = build_conversation("greet", content, reader).text
    menu = (Button(f"☰ {reader.strings.gettext('Menu')}", action="menu"),)
    return Part(f"{greeting}\n\n{tell_operator(reader.strings, settings)}", (menu,))


def build_privacy(content: Content, reader: Reader, settings: Settings) -> Part:
    """Return what is stored, who runs the bot, and the way to delete it all."""
    strings = reader.strings
    text = build_conversation("privacy", content, reader).text
    links = "\n".join(link for link in (settings.privacy_url, settings.imprint_url) if link)
    delete = Button(f"🗑 {strings.gettext('Delete my data')}", action="delete")
    paragraphs = [text, tell_operator(strings, settings), links]
    return Part("\n\n".join(paragraph for paragraph in paragraphs if paragraph), ((delete,),))


def tell_operator(strings: Strings, settings: Settings) -> str:
    """Return who runs the bot; without a name it is a trial and no offer of the city."""
    if not settings.operator_name:
        return strings.gettext("This bot is a trial. It is not a service of the city of Magdeburg.")
    line = strings.gettext("This bot is run by: {operator}.", operator=settings.operator_name)
    return f"{line} {settings.operator_contact}" if settings.operator_contact else line


def build_delete_question(reader: Reader) -> Part:
    """Return the question whether everything is to be deleted."""
    strings = reader.strings
    yes = Button(f"🗑 {strings.gettext('Yes, delete everything')}", action="delete:yes")
    return Part(
        strings.gettext("Delete everything I know about you?"), ((yes, Button(strings.gettext("No"), action="menu")),)
    )
