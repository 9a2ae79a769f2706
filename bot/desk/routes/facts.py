"""Facts: searched, read, changed, confirmed, added."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from starlette.responses import Response

from bot.desk.fact_form import UNITS, FactForm, is_same, name_fields, name_kinds, show_body, show_sent
from bot.desk.reader_cards import name_card_fields, show_reader_cards
from bot.desk.showing_facts import (
    EVENT_TOPICS,
    find_fact_address,
    fingerprint_fact,
    group_due,
    make_row,
    name_fact_kinds,
    name_topics,
    name_topics_of_places,
    show_told,
)
from bot.desk.visit import Visit
from bot.errors import ConflictError, ContentError, NotFoundError
from bot.i18n import get_strings
from bot.languages import TAGS
from bot.messages.content import AnyFact, Entry
from bot.services.answering import find_title
from bot.services.editing_content import find_body
from bot.services.finding_uses import find_lost_fields, find_uses, list_shown_topics
from bot.services.importing_events import list_taken_keys
from bot.services.keeping_facts import (
    FactKind,
    confirm_fact,
    get_fact,
    kind_of,
    mark_confirmed,
    search_facts,
    store_fact,
    tell_name,
)
from bot.services.naming_groups import ASKED, name_group
from bot.services.reading_fields import make_key
from bot.services.storing_content import fingerprint_body
from bot.services.writing_hours import DAYS
from bot.states import Group

_AT_ONCE = 40
_SPOKEN = ("bg", "ckb", "es", "fa-AF", "ku", "pl", "ps", "pt", "ro", "so", "sq", "ti", "vi")


def show_facts(visit: Visit) -> Response:
    """Show the facts that fit the search; those due first, longest overdue at the top."""
    kind = FactKind(visit.query("kind")) if visit.query("kind") in set(FactKind) else None
    content, due = visit.content, group_due(visit)
    found = search_facts(content, visit.query("q"), kind)
    if visit.query("due"):
        found = [fact for fact in found if fact.id in due]
    order = {key: number for number, key in enumerate(due)}
    found.sort(key=lambda fact: (order.get(fact.id, len(order)), tell_name(fact).casefold()))
    begin = visit.find_number("from") or 0
    return visit.render(
        "facts.html",
        rows=[make_row(visit, fact, due.get(fact.id, ())) for fact in found[begin : begin + _AT_ONCE]],
        total=len(found),
        due_total=len(due),
        more=begin + _AT_ONCE if begin + _AT_ONCE < len(found) else None,
        kinds=[("", visit.strings.gettext("everything")), *name_fact_kinds(visit)],
        search={"q": visit.query("q"), "kind": kind or "", "due": visit.query("due")},
    )


def show_fact(visit: Visit) -> Response:
    """Show a fact with its form, its source, and where it is used."""
    return render_stored(visit, get_fact(visit.content, visit.param("kind"), visit.param("key")))


def render_stored(
    visit: Visit,
    fact: AnyFact,
    *,
    problems: Mapping[str, str] | None = None,
    status: int = 200,
    ticked: Collection[str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """Show the page of a fact as it is stored; `ticked` and `typed` are what was sent from the cards below it."""
    with visit.reading() as session:
        body = find_body(session, kind_of(fact).file, fact.id)
    return _render_fact(
        visit,
        fact,
        show_body(body or {}, visit.today),
        fingerprint_body(body),
        problems=problems,
        status=status,
        ticked=ticked,
        typed=typed,
    )


def save_fact(visit: Visit) -> Response:
    """Save what was changed; what is wrong, or was changed by somebody else meanwhile, is told on the form."""
    content = visit.content
    fact = get_fact(content, visit.param("kind"), visit.param("key"))
    kind = kind_of(fact)
    with visit.reading() as session:
        known = find_body(session, kind.file, fact.id) or {}
    form = FactForm(visit, kind, known)
    body = form.read(fact.id)
    seen = fingerprint_body(known)
    if seen != visit.text("fingerprint"):
        return _render_conflict(visit, fact, known, body)
    problem = "" if form.problems else find_problem(visit, kind, body)
    if form.problems or problem:
        return _render_fact(visit, fact, show_sent(visit), seen, problems=form.problems, problem=problem, status=400)
    try:
        note = _store(visit, kind, body, known)
    except ConflictError:
        with visit.reading() as session:
            return _render_conflict(visit, fact, find_body(session, kind.file, fact.id) or {}, body)
    return visit.go(find_fact_address(fact), note)


def show_new(visit: Visit) -> Response:
    """Show the empty form for a new fact."""
    kind = _read_kind(visit)
    return _render_new(visit, kind, show_body({"kind": "office", "force": "in_force"}, visit.today))


def add_fact(visit: Visit) -> Response:
    """Add a fact under an id made from its name, never in place of another."""
    kind = _read_kind(visit)
    content = visit.content
    named = visit.text("statement" if kind is FactKind.RULES else "name")
    form = FactForm(visit, kind, {})
    body = form.read(make_key(named, list_taken_keys(content)))
    problem = "" if form.problems else find_problem(visit, kind, body)
    if form.problems or problem:
        return _render_new(visit, kind, show_sent(visit), problems=form.problems, problem=problem, status=400)
    note = _store(visit, kind, body, None)
    return visit.go("/facts" if visit.four_eyes else f"/facts/{kind}/{body['id']}", note)


def confirm(visit: Visit) -> Response:
    """Note that somebody who knows said today that a fact is right, as the page showed it; raises ConflictError."""
    fact = get_fact(visit.content, visit.param("kind"), visit.param("key"))
    if visit.text("shown") != fingerprint_fact(fact):
        raise ConflictError("the fact has changed since it was shown")
    kind, office = kind_of(fact), visit.line("confirmed_by", 160)
    after = visit.text("after")
    back = after if after in {"/", "/facts"} else find_fact_address(fact)
    if not office:
        return visit.go(find_fact_address(fact), visit.strings.gettext("Say who confirmed it: the office, or a name."))
    with visit.writing() as session:
        confirm_fact(session, kind, fact.id, office, visit.signed_in.name, visit.now, visit.today)
    return visit.go(back, visit.strings.gettext("Confirmed by {office} today. Thank you.", office=office))


def _store(visit: Visit, kind: FactKind, body: Mapping[str, Any], seen: Mapping[str, Any] | None) -> str:
    """Save a body and return what that changes for readers."""
    with visit.writing() as session:
        store_fact(session, kind, body, visit.signed_in.name, visit.now, seen=seen, four_eyes=visit.four_eyes)
    strings, content = visit.strings, visit.content
    if visit.four_eyes:
        return strings.gettext("Sent on: another person has to approve it before it goes live.")
    if seen is not None and is_same(seen, body, but=mark_confirmed("", visit.today)):
        return strings.gettext("Saved. Nothing was different but who confirmed it.")
    fact = get_fact(content, kind, body["id"])
    uses = find_uses(content, fact, visit.today)
    if not uses.answers:
        return strings.gettext("Saved. No answer shows this so far.")
    answers = strings.ngettext("{count} answer", "{count} answers", len(uses.answers))
    languages = strings.ngettext("{count} language", "{count} languages", len(uses.languages))
    return strings.gettext("Saved. {answers} in {languages} say this now.", answers=answers, languages=languages)


def find_problem(visit: Visit, kind: FactKind, body: Mapping[str, Any]) -> str:
    """Return what keeps a body from being saved though each field can be read; "" when nothing does."""
    try:
        fact = Entry(kind.file, str(body["id"]), body, 0).parse()
    except ContentError as error:
        return visit.strings.gettext("This does not fit: {reason}", reason=str(error))
    assert not isinstance(fact, str | tuple)
    lost = find_lost_fields(visit.content, fact)  # type: ignore[arg-type]
    if not lost:
        return ""
    names = name_fields(visit.strings)
    fields = sorted({field for use in lost for field in use.fields})
    return _tell_lost(visit, [names.get(field, field) for field in fields], (use.topic for use in lost))


def find_removal_problem(visit: Visit, kind: FactKind, key: str) -> str:
    """Return what keeps a fact from being taken away: answers, topics and other facts that name it."""
    content = visit.content
    fact = content.find_fact(key)
    if fact is None or kind_of(fact) is not kind:
        return ""
    uses = find_uses(content, fact, visit.today)
    topics = {use.topic for use in uses.answers if use.fields} | list_shown_topics(content, key)
    others = (other for _, named in uses.facts if (other := content.find_fact(named)))
    topics |= {topic for other in others for topic in other.topics}
    return _tell_lost(visit, [tell_name(fact)], sorted(topics)) if topics else ""


def _tell_lost(visit: Visit, fields: Iterable[str], topics: Iterable[str]) -> str:
    titles = [find_title(topic, visit.content, visit.language) for topic in dict.fromkeys(topics)]
    return visit.strings.gettext(
        "Answers name what would be gone or secret ({fields}): {topics}. Change these answers first.",
        fields=", ".join(fields),
        topics=", ".join(titles),
    )


def _render_conflict(visit: Visit, fact: AnyFact, known: Mapping[str, Any], body: Mapping[str, Any]) -> Response:
    """Show the form with what was typed, and beside it what somebody else saved meanwhile."""
    names = name_fields(visit.strings)
    differing = [name for name in names if known.get(name) != body.get(name) and name != "seen"]
    problem = visit.strings.gettext(
        "Somebody else changed this while you were writing. Nothing was overwritten. Compare, then save again."
    )
    now = [(names[name], _write_value(known.get(name))) for name in differing]
    return _render_fact(
        visit, fact, show_sent(visit), fingerprint_body(known), problem=problem, there_now=now, status=409
    )


def _write_value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {each['value']} {each['unit']}" for name, each in value.items())
    return str(value or "–")


def _render_fact(
    visit: Visit,
    fact: AnyFact,
    values: Mapping[str, Any],
    fingerprint: str,
    *,
    problems: Mapping[str, str] | None = None,
    problem: str = "",
    there_now: Sequence[tuple[str, str]] = (),
    status: int = 200,
    ticked: Collection[str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    kind, content = kind_of(fact), visit.content
    uses = find_uses(content, fact, visit.today)
    due = group_due(visit).get(fact.id, ())
    return visit.render(
        "fact.html",
        status=status,
        fact=fact,
        row=make_row(visit, fact, due),
        uses=uses,
        title_of=lambda topic: find_title(topic, content, visit.language),
        name_of=lambda key: tell_name(found) if (found := content.find_fact(key)) else key,
        fingerprint=fingerprint,
        there_now=there_now,
        told=(told := show_told(visit, fact)),
        office=told.office,
        **show_reader_cards(visit, fact, uses, ticked, typed),
        **_form_values(visit, kind, values, problems or {}, problem),
    )


def _render_new(
    visit: Visit,
    kind: FactKind,
    values: Mapping[str, Any],
    *,
    problems: Mapping[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    return visit.render(
        "fact_new.html", status=status, office="", **_form_values(visit, kind, values, problems or {}, problem)
    )


def _form_values(
    visit: Visit, kind: FactKind, values: Mapping[str, Any], problems: Mapping[str, str], problem: str
) -> dict[str, Any]:
    content, newcomers = visit.content, get_strings(visit.language)
    tags = sorted({*TAGS, *_SPOKEN, *values.get("languages", ())}, key=visit.strings.language_name)
    return {
        "kind": kind,
        "values": values,
        "problems": problems,
        "problem": problem,
        "names": name_fields(visit.strings) | name_card_fields(visit),
        "place_kinds": name_kinds(visit.strings),
        "weekdays": list(enumerate(visit.strings.weekdays()[: len(DAYS)])),
        "units": UNITS,
        "topics": _name_topics(visit, kind),
        "event_topics": len(EVENT_TOPICS),
        "groups": [(group, name_group(group, newcomers)) for group in ASKED if group is not Group.UNKNOWN],
        "spoken": [(tag, visit.strings.language_name(tag)) for tag in tags],
        "places": sorted(((key, place.name) for key, place in content.places.items()), key=lambda pair: pair[1]),
        "rules": [(key, key) for key in sorted(content.rules)],
    }


def _name_topics(visit: Visit, kind: FactKind) -> list[tuple[str, str]]:
    if kind is FactKind.PLACES:
        return name_topics_of_places(visit)
    return name_topics(visit, EVENT_TOPICS if kind is FactKind.EVENTS else ())


def _read_kind(visit: Visit) -> FactKind:
    if visit.param("kind") not in set(FactKind):
        raise NotFoundError("there is no such kind of fact")
    return FactKind(visit.param("kind"))
