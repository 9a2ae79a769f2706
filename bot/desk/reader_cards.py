"""Two cards on the page of a place or an event: the answers that show it, and the line below its name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.desk.telling_changes import tell_fault, tell_finding
from bot.desk.visit import Visit
from bot.languages import LANGUAGES, Language
from bot.messages.content import LINE_LENGTH, AnyFact, Content, Place, Rule
from bot.services.answering import find_title
from bot.services.arranging_topics import Reason, Refusal, list_offered
from bot.services.checking_facts import MAX_PLACES
from bot.services.finding_uses import Uses, list_shown_topics
from bot.services.keeping_facts import tell_name
from bot.services.writing_lines import check_line, find_length_fault, find_line_file, fingerprint_line, shows_line


@dataclass(frozen=True)
class TopicBox:
    """A topic to tick.

    Attributes:
        others: the places that fill the topic, as (id, name), so that one of them can make room.
    """

    topic: str
    title: str
    ticked: bool
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LineField:
    """The field of a line.

    Attributes:
        name: of the field.
        seen: fingerprint of the line as it is stored.
        missing: whether readers see nothing but the name in this language.
        hints: what the checks do not forbid and staff should think of.
    """

    language: Language
    name: str
    label: str
    text: str
    seen: str
    file: str
    missing: bool
    hints: tuple[str, ...]


def show_reader_cards(
    visit: Visit,
    fact: AnyFact,
    uses: Uses,
    ticked: Collection[str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return what the cards show; what was ticked or typed and could not be saved stands there again."""
    if isinstance(fact, Rule):
        return {}
    content = visit.content
    listing = list_shown_topics(content, fact.id)
    chosen = listing if ticked is None else ticked
    offered = list_offered(content, fact)
    shown = shows_line(uses)
    return {
        "boxes": [_make_box(visit, fact, topic, ticked=topic in chosen) for topic in offered],
        "listing": [topic for topic in offered if topic in listing],
        "kept_topics": [find_title(topic, content, visit.language) for topic in sorted(listing - {*offered})],
        "most_places": MAX_PLACES,
        "lines": [_make_line(visit, fact, language, typed or {}, shown=shown) for language in LANGUAGES],
        "line_length": LINE_LENGTH,
    }


def name_card_fields(visit: Visit) -> dict[str, str]:
    """Return the names of the fields of the cards."""
    say = visit.strings.gettext
    lines = {f"line-{each.tag}": visit.strings.language_name(each.tag) for each in LANGUAGES}
    return {"shown": say("Shown to readers below these answers"), **lines}


def find_line_problems(visit: Visit, fact: AnyFact, lines: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with lines, by the name of their field."""
    problems = {}
    for tag, text in lines.items():
        fault = find_length_fault(text)
        findings = check_line(visit.content, tag, fact.id, text, visit.today)
        said = [tell_finding(finding, visit.strings) for finding in findings if finding.level == "error"]
        if fault or said:
            problems[f"line-{tag}"] = tell_fault(fault, visit.strings) if fault else "; ".join(said)
    return problems


def word_refusal(refusal: Refusal, visit: Visit) -> str:
    """Return why a topic cannot list a fact, and what to do."""
    say, content = visit.strings.gettext, visit.content
    title = find_title(refusal.topic, content, visit.language) if refusal.topic in content.topics else refusal.topic
    fact = content.find_fact(refusal.key)
    name = tell_name(fact) if fact else refusal.key
    match refusal.reason:
        case Reason.FULL:
            return say(
                "“{topic}” shows {most} places already: {places}. More than that nobody reads. "
                "First take one of them out, on its own page.",
                topic=title,
                most=MAX_PLACES,
                places=visit.strings.listing([other for _, other in _list_others(content, refusal.topic, refusal.key)]),
            )
        case Reason.UNREACHABLE:
            return say(
                "Nobody could reach “{name}”: it has no phone, no e-mail, no web page, "
                "and no address that people are told. Enter one of them first.",
                name=name,
            )
        case Reason.NOT_ITS_TOPIC:
            return say(
                "“{topic}” cannot be chosen for “{name}” here: it is not among its topics.", topic=title, name=name
            )
    return say("“{name}” is not there any more.", name=name)


def _make_box(visit: Visit, fact: AnyFact, topic: str, *, ticked: bool) -> TopicBox:
    content = visit.content
    others = _list_others(content, topic, fact.id) if isinstance(fact, Place) else ()
    full = len(others) >= MAX_PLACES
    return TopicBox(topic, find_title(topic, content, visit.language), ticked, others if full else ())


def _list_others(content: Content, topic: str, key: str) -> tuple[tuple[str, str], ...]:
    places = content.topics[topic].places
    return tuple((each, content.places[each].name) for each in places if each != key and each in content.places)


def _make_line(visit: Visit, fact: AnyFact, language: Language, typed: Mapping[str, str], *, shown: bool) -> LineField:
    content, tag = visit.content, language.tag
    stored = content.find_line(tag, fact.id)
    findings = check_line(content, tag, fact.id, stored, visit.today)
    return LineField(
        language=language,
        name=f"line-{tag}",
        label=visit.strings.language_name(tag),
        text=typed.get(tag, stored),
        seen=fingerprint_line(stored),
        file=find_line_file(tag),
        missing=shown and not stored,
        hints=tuple(tell_finding(each, visit.strings) for each in findings if each.level == "warning"),
    )
