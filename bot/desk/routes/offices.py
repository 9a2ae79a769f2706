"""An office and all that it can confirm: on the phone, or by a table that it sends back."""

from starlette.responses import Response

from bot.desk.fact_form import name_fields
from bot.desk.routes.event_table import read_table
from bot.desk.showing_facts import fingerprint_fact, group_due, make_row, show_told
from bot.desk.visit import Visit
from bot.errors import NotFoundError
from bot.i18n import get_strings
from bot.languages import SOURCE
from bot.messages.content import AnyFact, Gap, Place
from bot.services.asking_offices import Line, list_lines, take_reply, write_table
from bot.services.keeping_facts import confirm_fact, kind_of, list_office_facts, tell_name


def show_office(visit: Visit, problem: str = "", status: int = 400) -> Response:
    """Show what an office can confirm: its own facts ticked, and what comes from its web page."""
    office = _get_office(visit)
    due = group_due(visit)
    facts = list_office_facts(visit.content, office)
    return visit.render(
        "fact_office.html",
        status=status if problem else 200,
        problem=problem,
        office=office,
        own=[make_row(visit, fact, due.get(fact.id, ())) for fact in facts if _is_own(fact, office)],
        near=[make_row(visit, fact, due.get(fact.id, ())) for fact in facts if not _is_own(fact, office)],
        told={fact.id: show_told(visit, fact) for fact in facts},
        gaps=_list_gaps(visit, office),
    )


def confirm_office(visit: Visit) -> Response:
    """Note that an office confirmed facts on the phone: the ticked ones, or all, as the page showed them."""
    office, facts = _get_office(visit), _list_chosen(visit)
    if not facts:
        return show_office(visit, visit.strings.gettext("Tick what the office confirmed."))
    by = visit.line("confirmed_by", 160) or office.name
    shown = {str(pair) for pair in visit.form.getlist("shown")}
    right = [fact for fact in facts if f"{fact.id} {fingerprint_fact(fact)}" in shown]
    for fact in right:  # each for itself: nobody waits for the whole list
        with visit.writing() as session:
            confirm_fact(session, kind_of(fact), fact.id, by, visit.signed_in.name, visit.now, visit.today)
    note = visit.strings.ngettext("{count} fact is confirmed.", "{count} facts are confirmed.", len(right))
    if len(right) == len(facts):
        return visit.go(f"/facts/office/{office.id}", note)
    changed = visit.strings.listing([tell_name(fact) for fact in facts if fact not in right])
    problem = visit.strings.gettext("Changed meanwhile, please look again: {names}.", names=changed)
    return show_office(visit, f"{note} {problem}" if right else problem, 409)


def show_table(visit: Visit) -> Response:
    """Show the lines to confirm as a page to print, or hand them out as a file."""
    office, facts = _get_office(visit), _list_chosen(visit)
    if not facts:
        return show_office(visit, visit.strings.gettext("Tick what the office is to confirm."))
    lines, say = _list_lines(visit, facts), get_strings(SOURCE, "desk").gettext
    if visit.text("do") == "print":
        return visit.render("fact_table.html", office=office, lines=lines, gaps=_list_gaps(visit, office), say=say)
    heading = ("id", say("What we say"), say("Right? (yes)"), say("Correction"))
    named = f'attachment; filename="{office.id}.csv"'
    return Response(
        write_table(heading, lines), media_type="text/csv; charset=utf-8", headers={"content-disposition": named}
    )


def take_table(visit: Visit) -> Response:
    """Enter the reply of an office, and show what came of each line."""
    office, table = _get_office(visit), read_table(visit)
    if not table:
        return show_office(visit, visit.strings.gettext("Choose the file that came back, or paste it."))
    facts = list_office_facts(visit.content, office)
    says = {line.id: line.says for line in _list_lines(visit, facts)}
    with visit.writing() as session:
        reply = take_reply(session, office.name, facts, table, visit.signed_in.name, visit.now, visit.today, says)
    rows = {fact.id: make_row(visit, fact, ()) for fact in facts}
    return visit.render("fact_reply.html", office=office, reply=reply, rows=rows)


def _get_office(visit: Visit) -> Place:
    office = visit.content.places.get(visit.param("place"))
    if office is None:
        raise NotFoundError("there is no such place")
    return office


def _list_gaps(visit: Visit, office: Place) -> list[Gap]:
    """Return what nobody knows yet and this office would."""
    return [gap for gap in visit.content.gaps.values() if gap.ask == office.id and not gap.settled_on]


def _list_chosen(visit: Visit) -> list[AnyFact]:
    """Return the ticked facts of the office; all of them where that is wanted."""
    facts = list_office_facts(visit.content, _get_office(visit))
    ticked = set(visit.form.getlist("fact"))
    return [fact for fact in facts if visit.text("all") == "yes" or fact.id in ticked]


def _is_own(fact: AnyFact, office: Place) -> bool:
    return fact.id == office.id or getattr(fact, "ask", None) == office.id


def _list_lines(visit: Visit, facts: list[AnyFact]) -> list[Line]:
    names = name_fields(get_strings(SOURCE, "desk"))
    return [line for fact in facts for line in list_lines(visit.content, fact, names, visit.today)]
