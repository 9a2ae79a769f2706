"""Step 6: an answer with its facts becomes a reply. Pure over a look-up in the content."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from bot.errors import NotFoundError
from bot.i18n import Strings, get_strings
from bot.languages import SOURCE, TAGS, get_language
from bot.messages.content import PLACEHOLDER, Answer, Content, Event, Fact, Place, Topic, Variant
from bot.messages.conversation import ActiveNotice, Button, Part
from bot.ports.clock import Clock
from bot.services.filling import fill_text
from bot.services.naming_groups import name_group
from bot.services.telling_hours import describe_hours, is_fresh, is_open
from bot.states import AnswerState, Care, Force, Group, TranslationState

_MAP = "https://www.openstreetmap.org/search?query="
_COPY_LIMIT = 256


@dataclass(frozen=True)
class Reader:
    """Who reads: the language, and the group of residence status when it is known.

    Attributes:
        now: local time in Magdeburg, for "open now".
    """

    language: str
    group: Group
    now: dt.datetime

    @property
    def strings(self) -> Strings:
        """Return the interface in the reader's language."""
        return get_strings(self.language)


def make_reader(language: str, group: Group, clock: Clock) -> Reader:
    """Return a reader as of now."""
    return Reader(language, group, dt.datetime.combine(clock.today(), clock.local_time()))


def build_answer(
    topic_id: str, content: Content, reader: Reader, notices: Iterable[ActiveNotice] = ()
) -> tuple[Part, ...]:
    """Return the messages of an answer: what staff put above it, the prose, then the places.

    Raises NotFoundError for an unknown topic.
    """
    topic = content.topics.get(topic_id)
    if topic is None:
        raise NotFoundError(f"there is no topic {topic_id}")
    answer, language = find_answer(topic_id, content, reader.language)
    variant = find_variant(answer, reader.group) if topic.ask_group else None
    prose = _join(
        *(tell_notice(notice, reader) for notice in notices if notice.topic in {None, topic_id}),
        f"**{_symbol(topic)}{answer.title}**",
        "" if language == reader.language else _say_other_language(language, reader),
        *_paragraphs(answer, content, reader),
        _describe_variant(topic, variant, content, reader),
    )
    places = _find_places(topic, answer, variant, content)
    events = find_events(topic, content, reader.now.date())
    origin = _join(
        tell_origin(topic, places, content, reader), _tell_review(answer, language, content, topic_id, reader)
    )
    feedback = _feedback_rows(topic, reader)
    asks = _ask_rows(topic, answer, reader)
    if not places and not events:
        return (Part(_join(prose, origin), (*asks, *feedback)),)
    listed = _join(
        *(_describe_event(event, content, reader) for event in events),
        *(describe_place(number, place, content, reader) for number, place in enumerate(places, 1)),
        origin,
    )
    rows = tuple(row for number, place in enumerate(places, 1) if (row := _place_row(number, place, reader)))
    return Part(prose, asks), Part(listed, (*rows, *feedback))


def build_conversation(intent: str, content: Content, reader: Reader) -> Part:
    """Return what is said to an intent of conversation, its places below; without title, origin and feedback."""
    answer, _ = find_answer(intent, content, reader.language)
    places = [content.places[key] for key in content.topics[intent].places if content.places[key].reachable]
    listed = [describe_place(number, place, content, reader) for number, place in enumerate(places, 1)]
    rows = [row for number, place in enumerate(places, 1) if (row := _place_row(number, place, reader))]
    return Part(_join(*_paragraphs(answer, content, reader), *listed), tuple(rows))


def build_german(topic_id: str, content: Content, reader: Reader) -> Part:
    """Return a short German text to hold up at an office: what the person is looking for, and where."""
    answer, _ = find_answer(topic_id, content, SOURCE)
    strings = get_strings(SOURCE)
    spoken = get_language(reader.language).german_name
    places = [content.places[key].name for key in content.topics[topic_id].places[:3]]
    request = strings.gettext("I need help with: {title}. I speak {language}.", title=answer.title, language=spoken)
    seek = strings.gettext("I am looking for: {places}", places=strings.listing(places)) if places else ""
    return Part(_join(f"**{request}**", seek, strings.gettext("Can you help me, please? Thank you!")))


def tell_notice(notice: ActiveNotice, reader: Reader) -> str:
    """Return a notice in the reader's language, else in English or German with a mark that says so."""
    tag = next(tag for tag in (reader.language, "en", SOURCE) if tag in notice.texts)
    mark = "" if tag == reader.language else f"({reader.strings.language_name(tag)}) "
    return f"📢 {mark}{notice.texts[tag]}"


def find_answer(topic_id: str, content: Content, language: str) -> tuple[Answer, str]:
    """Return the answer and its language: the reader's, else German, else any; raises NotFoundError."""
    for tag in (language, SOURCE, *TAGS):
        answer = content.answers.get(tag, {}).get(topic_id)
        if answer:
            return answer, tag
    raise NotFoundError(f"there is no answer for {topic_id}")


def find_title(topic_id: str, content: Content, language: str) -> str:
    """Return the title of a topic with its symbol."""
    answer, _ = find_answer(topic_id, content, language)
    return f"{_symbol(content.topics[topic_id])}{answer.title}"


def find_variant(answer: Answer, group: Group) -> Variant | None:
    """Return the variant for a group; None when the common part says it all."""
    return next((variant for variant in answer.variants if group in variant.groups), None)


def find_events(topic: Topic, content: Content, today: dt.date) -> list[Event]:
    """Return the events of a topic: those still to come that name it, soonest first, then those that it lists anyway.

    So a job fair that staff enter is shown at once, and no longer once it is over.
    """
    naming = [event for event in content.events.values() if topic.id in event.topics]
    coming = [event for event in naming if event.next_date and event.next_date >= today]
    listed = [event for key in topic.events if (event := content.events[key]) not in coming]
    return [*sorted(coming, key=lambda event: str(event.next_date)), *listed]


def tell_origin(topic: Topic, places: Iterable[Place], content: Content, reader: Reader) -> str:
    """Return one honest line on the weakest fact of an answer: who confirmed it, or how old its source is."""
    events = (event.id for event in find_events(topic, content, reader.now.date()))
    keys = dict.fromkeys((*topic.places, *(place.id for place in places), *events, *topic.rules))
    facts: list[Fact] = [fact for key in keys if (fact := content.find_fact(key))]
    if not facts:
        return ""
    weakest = min(
        facts, key=lambda fact: (fact.confirmed_on is not None, str(fact.confirmed_on or fact.source_date or ""))
    )
    strings = reader.strings
    if weakest.confirmed_on and weakest.confirmed_by:
        date = strings.date(weakest.confirmed_on)
        line = strings.gettext("Confirmed by {office} on {date}.", office=weakest.confirmed_by, date=date)
    elif weakest.source_date:
        date = strings.partial_date(weakest.source_date)
        line = strings.gettext("Oldest source: {date}, not yet confirmed by the city.", date=date)
    else:
        seen = strings.date(weakest.seen)
        undated = sum(not fact.source_date and not fact.confirmed_on for fact in facts)
        one = strings.gettext("One source has no date (seen on {date}); not yet confirmed by the city.", date=seen)
        some = strings.gettext("Some sources have no date (seen on {date}); not yet confirmed by the city.", date=seen)
        line = some if undated > 1 else one
    label = strings.gettext("One of the sources:") if len(facts) > 1 else strings.gettext("Source:")
    return f"ℹ️ {line}\n{label} {weakest.source_url}"


def _find_places(topic: Topic, answer: Answer, variant: Variant | None, content: Content) -> list[Place]:
    """Return the places of a topic, then those whose address the text names: nobody is sent to a door without hours."""
    said = " ".join((answer.text, *answer.steps, variant.text if variant else ""))
    named = [key for key, field in PLACEHOLDER.findall(said) if field == "address"]
    found = [content.places.get(key) for key in dict.fromkeys((*topic.places, *named))]
    return [place for place in found if place and place.reachable]


def _paragraphs(answer: Answer, content: Content, reader: Reader) -> list[str]:
    def fill(text: str) -> str:
        return fill_text(text, content, reader.strings, reader.now.date())

    strings = reader.strings
    steps = "\n".join(f"{number}. {fill(step)}" for number, step in enumerate(answer.steps, 1))
    bring = "\n".join(f"• {fill(item)}" for item in answer.bring)
    return [
        fill(answer.text),
        f"**{strings.gettext('What to do')}**\n{steps}" if steps else "",
        f"**{strings.gettext('What to bring')}**\n{bring}" if bring else "",
    ]


def _describe_variant(topic: Topic, variant: Variant | None, content: Content, reader: Reader) -> str:
    if not topic.ask_group:
        return ""
    text = fill_text(variant.text, content, reader.strings, reader.now.date()) if variant else ""
    rules = [content.rules[key] for key in topic.rules if key in content.rules]
    moving = any(rule.force is Force.OPEN and (not rule.groups or reader.group in rule.groups) for rule in rules)
    change = reader.strings.gettext("⚠️ A rule on this is changing. A counselling centre can tell you what holds now.")
    if reader.group is Group.UNKNOWN:
        return _join(text, change if moving else "")
    heading = f"**📄 {name_group(reader.group, reader.strings)}**"
    return _join(f"{heading}\n{text}" if text else heading, change if moving else "")


def describe_place(number: int | None, place: Place, content: Content, reader: Reader) -> str:
    """Return a place as readers see it: what it offers, where, when, in which languages; numbered among others."""
    strings = reader.strings
    heading = f"**{place.name}**" if number is None else f"**{number}. {place.name}**"
    lines = [heading, content.find_line(reader.language, place.id)]
    if place.address_secret:
        lines.append("📍 " + strings.gettext("The address is kept secret; please call."))
    elif place.address:
        lines.append(f"📍 {place.address}" + (f" ({place.district})" if place.district else ""))
    lines += [f"📞 {place.phone}" if place.phone else "", f"✉️ {place.email}" if place.email else ""]
    lines.append(_describe_hours(place, reader))
    if place.languages:
        spoken = strings.listing([strings.language_name(tag) for tag in place.languages])
        lines.append(f"💬 {spoken}")
    lines.append(f"🔗 {place.url}" if place.url else "")
    return "\n".join(line for line in lines if line)


def _describe_hours(place: Place, reader: Reader) -> str:
    if not place.hours:
        return ""
    strings = reader.strings
    hours = describe_hours(place.hours, strings)
    if is_fresh(place, reader.now.date()):
        state = strings.gettext("open now") if is_open(place, reader.now) else strings.gettext("closed now")
        return f"🕐 {hours} · {state}" if not place.hours.startswith('"') else f"🕐 {hours}"
    if place.kind == "helpline":  # who would call before calling?
        return f"🕐 {hours}"
    date = strings.partial_date(place.source_date) if place.source_date else ""
    if place.phone:
        known = strings.gettext("hours as of {date}, please call first", date=date)
        unknown = strings.gettext("date of these hours unknown, please call first")
    else:
        known = strings.gettext("hours as of {date}, they may have changed", date=date)
        unknown = strings.gettext("date of these hours unknown, they may have changed")
    return f"🕐 {hours} ({known if date else unknown})"


def _describe_event(event: Event, content: Content, reader: Reader) -> str:
    strings = reader.strings
    lines = [
        f"**📅 {event.name}**",
        content.find_line(reader.language, event.id),
        f"👥 {event.organiser}",
    ]
    if event.next_date and event.next_date >= reader.now.date():
        lines.append("📆 " + strings.gettext("Next date: {date}", date=strings.date(event.next_date)))
        lines.append(f"📍 {event.address}" if event.address else "")
    else:
        lines.append("📆 " + strings.gettext("No next date is known."))
        if event.last_date:
            date = strings.partial_date(event.last_date)
            lines.append(strings.gettext("The last one we know of is over: {date}.", date=date))
        if event.ask and event.ask in content.places:
            lines.append(strings.gettext("Ask for the next date: {place}", place=content.places[event.ask].name))
    lines.append(f"🔗 {event.url}" if event.url else "")
    return "\n".join(line for line in lines if line)


def _tell_review(answer: Answer, language: str, content: Content, topic_id: str, reader: Reader) -> str:
    strings = reader.strings
    german = content.answers[SOURCE].get(topic_id)
    if language != SOURCE and answer.translation is not TranslationState.REVIEWED:
        return "🤖 " + strings.gettext("Translated by a machine, not yet read by a person.")
    if german and german.state is not AnswerState.PUBLIC:
        return "✍️ " + strings.gettext("This text still awaits its review by the city.")
    return ""


def _say_other_language(language: str, reader: Reader) -> str:
    name = reader.strings.language_name(language)
    return reader.strings.gettext(
        "This answer is not available in your language yet. Here it is in: {language}.", language=name
    )


def _place_row(number: int, place: Place, reader: Reader) -> tuple[Button, ...]:
    buttons = []
    if place.phone:
        buttons.append(Button(f"{number} 📞 {place.phone}", copy=place.phone))
    if place.address and not place.address_secret:
        copied = f"{place.name}, {place.address}"[:_COPY_LIMIT]
        buttons.append(Button(f"{number} 📋 {reader.strings.gettext('Address')}", copy=copied))
        buttons.append(Button(f"{number} 🗺 {reader.strings.gettext('Map')}", url=_MAP + quote(place.address)))
    return tuple(buttons)


def _ask_rows(topic: Topic, answer: Answer, reader: Reader) -> tuple[tuple[Button, ...], ...]:
    if not topic.ask_group or not answer.variants:
        return ()
    label = "📄 " + (
        reader.strings.gettext("Choose my paper, learn more")
        if reader.group is Group.UNKNOWN
        else reader.strings.gettext("Another paper")
    )
    return ((Button(label, action=f"papers:{topic.id}"),),)


def _feedback_rows(topic: Topic, reader: Reader) -> tuple[tuple[Button, ...], ...]:
    strings = reader.strings
    german = (
        ()
        if reader.language == SOURCE
        else (Button(f"{strings.gettext('German note for the office')}", action=f"german:{topic.id}"),)
    )
    menu = Button(f"☰ {strings.gettext('Menu')}", action="menu")
    if topic.care is Care.VIOLENCE:
        return ((*german, menu),)
    helpful = (
        Button(f"👍 {strings.gettext('Helpful')}", action=f"good:{topic.id}"),
        Button(f"👎 {strings.gettext('Not helpful')}", action=f"bad:{topic.id}"),
    )
    return helpful, (*german, menu)


def _symbol(topic: Topic) -> str:
    return f"{topic.symbol} " if topic.symbol else ""


def _join(*paragraphs: str) -> str:
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
