"""What is wrong with an answer, what has changed in an entry, and how an answer stands: in the words of the page."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.desk.fact_form import name_fields, name_kinds
from bot.desk.visit import Visit
from bot.i18n import Strings, get_strings
from bot.models import Revision
from bot.services import merging_topics
from bot.services.answering import find_title
from bot.services.comparing_texts import FieldChange, compare_bodies, compare_lines
from bot.services.editing_content import find_taken_back
from bot.services.findings import Finding
from bot.services.keeping_facts import tell_name
from bot.services.listing_standings import Standing
from bot.services.naming_groups import name_group
from bot.services.preparing_answers import FaultKind, FieldFault
from bot.services.telling_hours import describe_hours
from bot.states import AnswerState, Force, Group, RevisionState

_DATES = frozenset({"seen", "confirmed_on", "source_date", "next_date", "last_date", "valid_from", "valid_until"})


def list_words(visit: Visit) -> Mapping[str, Any]:
    """Return what the templates of answers, proposals and histories name things with."""
    return {
        "name_path": partial(name_change, visit=visit),
        "name_standing": partial(name_standing, strings=visit.strings),
        "name_revision_state": partial(name_revision_state, strings=visit.strings),
        "name_value": partial(name_value, visit=visit),
        "tell_note": partial(tell_note, strings=visit.strings),
    }


def tell_finding(finding: Finding, strings: Strings) -> str:
    """Return what a check has found, where in the answer included."""
    words = _name_found_things(strings)
    values = {key: words.get(str(value), value) for key, value in finding.values.items()}
    said = strings.gettext(finding.template, **values)
    return f"{name_part(finding.part, strings)}: {said}" if finding.part else said


def tell_fault(fault: FieldFault, strings: Strings) -> str:
    """Return what to do about a field that does not fit its format."""
    match fault.kind:
        case FaultKind.EMPTY:
            return strings.gettext("Please write something here.")
        case FaultKind.TOO_LONG if fault.placeholder:
            return strings.ngettext(
                "{count} character too many: at most {limit} fit, a placeholder counts as {placeholder}.",
                "{count} characters too many: at most {limit} fit, a placeholder counts as {placeholder}.",
                fault.excess,
                limit=fault.limit,
                placeholder=fault.placeholder,
            )
        case FaultKind.TOO_LONG:
            return strings.ngettext(
                "{count} character too many: at most {limit} fit.",
                "{count} characters too many: at most {limit} fit.",
                fault.excess,
                limit=fault.limit,
            )
        case FaultKind.TOO_MANY:
            return strings.gettext("These are too many: at most {limit} fit.", limit=fault.limit)
        case FaultKind.NO_GROUP:
            return strings.gettext("Tick at least one group that this text is for.")
    return strings.gettext("This does not fit. Please write it in another way.")


def name_part(part: str, strings: Strings) -> str:
    """Return the name of a part of an answer, as in "steps 2"."""
    name, _, number = part.partition(" ")
    return name_path((name, int(number)) if number.isdecimal() else (name,), strings)


def compare_revision(revision: Revision) -> tuple[FieldChange, ...]:
    """Return what a revision changes: topic by topic where it is about what they list, a line as a whole."""
    before, after = revision.previous, revision.body
    if revision.file == merging_topics.FILE:
        return compare_bodies(merging_topics.lay_out_topics(before), merging_topics.lay_out_topics(after))
    if revision.file.endswith("/facts.yml"):
        return compare_lines(before or "", after or "")
    return compare_bodies(before, after)


def name_change(path: tuple[str | int, ...], visit: Visit) -> str:
    """Return the name of what has changed: a list below an answer, the line of a fact, else the field of an entry."""
    say, content = visit.strings.gettext, visit.content
    match path:
        case ():
            return say("The line that readers see")
        case (str(topic), "places") if topic in content.topics:
            return say("Places below “{topic}”", topic=find_title(topic, content, visit.language))
        case (str(topic), "events") if topic in content.topics:
            return say("Events below “{topic}”", topic=find_title(topic, content, visit.language))
    return name_path(path, visit.strings)


def name_path(path: tuple[str | int, ...], strings: Strings) -> str:
    """Return the name of a field of an entry; one that has none in the language of the page is named as it is."""
    names = _name_fields(strings)
    return " ".join(names.get(step, step) if isinstance(step, str) else str(step) for step in path)


def name_value(path: tuple[str | int, ...], value: str, visit: Visit) -> str:
    """Return a value of a field in the words of the page, where people know it by another name than the program."""
    strings, say = visit.strings, visit.strings.gettext
    names: Mapping[str, str] = {}
    match field := next((step for step in reversed(path) if isinstance(step, str)), ""):
        case "groups":
            names = {group.value: name_group(group, get_strings(visit.language)) for group in Group}
        case "languages":
            names = {value: strings.language_name(value)}
        case "topics" if value in visit.content.topics:
            names = {value: find_title(value, visit.content, visit.language)}
        case "state" | "translation":
            names = {standing.value: name_standing(standing, strings)[2] for standing in Standing}
            names = {**names, Standing.REVIEWED.value: say("read by a person")}
        case "places" | "events" if fact := visit.content.find_fact(value):
            names = {value: tell_name(fact)}
        case "kind":
            names = dict(name_kinds(strings))
        case "force":
            names = {Force.IN_FORCE.value: say("yes, it holds"), Force.OPEN.value: say("open: it is changing")}
        case "address_secret" | "volatile":
            names = {str(True): say("yes"), str(False): say("no")}
    return names.get(value) or _write_value(field, value, strings)


def _write_value(name: str, value: str, strings: Strings) -> str:
    """Return hours and days as people write them."""
    if name == "hours":
        return describe_hours(value, strings) or value
    return strings.partial_date(value) if name in _DATES and value else value


def tell_note(revision: Revision, strings: Strings) -> str:
    """Return why a revision was made: in the words of its author, or that it takes another one back."""
    number = find_taken_back(revision)
    return strings.gettext("takes back #{number}", number=number) if number else revision.note or ""


def name_standing(standing: Standing, strings: Strings) -> tuple[str, str, str]:
    """Return how an answer stands: kind of badge, sign and word."""
    say = strings.gettext
    return {
        Standing.PUBLIC: ("good", "✔", say("public")),
        Standing.REVIEW: ("info", "◐", say("awaits review")),
        Standing.DRAFT: ("info", "✎", say("draft")),
        Standing.REVIEWED: ("good", "✔", say("reviewed")),
        Standing.MACHINE_DRAFT: ("warn", "⚙", say("by machine")),
        Standing.OUTDATED: ("bad", "↻", say("outdated")),
        Standing.MISSING: ("bad", "✘", say("missing")),
    }[standing]


def name_answer_states(strings: Strings) -> list[tuple[str, str]]:
    """Return the states of a German answer with their names."""
    return [
        (AnswerState.DRAFT.value, strings.gettext("draft: still being written")),
        (AnswerState.REVIEW.value, strings.gettext("awaits review: the bot says so below it")),
        (AnswerState.PUBLIC.value, strings.gettext("public: the city stands behind it")),
    ]


def name_revision_state(revision: Revision, strings: Strings) -> tuple[str, str]:
    """Return where a revision stands: kind of badge and word; what its author closed was withdrawn."""
    if revision.state is RevisionState.REJECTED and revision.decided_by == revision.author:
        return "info", strings.gettext("withdrawn or replaced")
    return {
        RevisionState.PROPOSED: ("warn", strings.gettext("waits for approval")),
        RevisionState.PUBLISHED: ("good", strings.gettext("published")),
        RevisionState.REJECTED: ("info", strings.gettext("sent back")),
    }[revision.state]


def _name_found_things(strings: Strings) -> Mapping[str, str]:
    """Return the words that bot/services/checking_prose.py puts into its findings."""
    say = strings.gettext
    return {
        "an e-mail address": say("an e-mail address"),
        "a link": say("a link"),
        "an amount": say("an amount"),
        "a date": say("a date"),
        "a time": say("a time"),
        "a phone number": say("a phone number"),
        "a number": say("a number"),
        "letters that only Russian has": say("letters that only Russian has"),
        "letters that only Ukrainian has": say("letters that only Ukrainian has"),
        "letters that only Persian has": say("letters that only Persian has"),
        "Arabic forms of ya and kaf": say("Arabic forms of ya and kaf"),
        "Arabic letters": say("Arabic letters"),
        "Arabic": say("Arabic"),
        "Cyrillic": say("Cyrillic"),
    }


def _name_fields(strings: Strings) -> Mapping[str, str]:
    say = strings.gettext
    return name_fields(strings) | {
        "title": say("Title"),
        "keywords": say("Keywords"),
        "text": say("Text"),
        "steps": say("Step"),
        "bring": say("To bring"),
        "variants": say("Variant"),
        "groups": say("Groups"),
        "state": say("State"),
        "translation": say("Translation"),
        "source": say("Made from the German text"),
        "value": say("value"),
        "unit": say("unit"),
    }
