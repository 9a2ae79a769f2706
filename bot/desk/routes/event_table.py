"""Events from a table: shown line by line first, then taken."""

from collections.abc import Sequence

from starlette.datastructures import UploadFile
from starlette.responses import Response

from bot.desk.fact_form import name_fields, word_fault
from bot.desk.showing_facts import name_topics
from bot.desk.visit import Visit
from bot.services.importing_events import COLUMNS, EventLine, TableError, read_events
from bot.services.keeping_facts import FactKind, store_fact
from bot.services.reading_tables import decode_table


def show_import(visit: Visit, text: str = "", problem: str = "", lines: Sequence[EventLine] = ()) -> Response:
    """Show where a table is pasted or chosen, and how its lines would be taken."""
    names = name_fields(visit.strings)
    faults = {
        line.number: [(names[column], word_fault(fault, visit.strings)) for column, fault in line.faults.items()]
        for line in lines
    }
    return visit.render(
        "fact_import.html",
        status=400 if problem else 200,
        text=text,
        problem=problem,
        lines=lines,
        faults=faults,
        good=sum(line.body is not None for line in lines),
        columns=COLUMNS,
        names=names,
        topics=name_topics(visit),
    )


def take_import(visit: Visit) -> Response:
    """Show what a table would bring, or bring it: the good lines, each for itself."""
    say = visit.strings.gettext
    text = read_table(visit)
    if not text:
        return show_import(visit, problem=say("Choose a file, or paste the table into the field."))
    try:
        lines = read_events(text, visit.content, visit.today)
    except TableError as error:
        columns = ", ".join(error.missing)
        problem = say("The first line has to name the columns. Missing: {columns}.", columns=columns)
        return show_import(visit, text, problem)
    if not lines:
        return show_import(visit, text, say("There is no line below the names of the columns."))
    good = [line.body for line in lines if line.body]
    if visit.text("do") != "import" or not good:
        return show_import(visit, text, lines=lines)
    for body in good:
        with visit.writing() as session:  # each for itself: people who write to the bot need not wait for all
            store_fact(
                session, FactKind.EVENTS, body, visit.signed_in.name, visit.now, seen=None, four_eyes=visit.four_eyes
            )
    note = visit.strings.ngettext("{count} event was entered.", "{count} events were entered.", len(good))
    return visit.go("/facts", note, kind="events")


def read_table(visit: Visit) -> str:
    """Return the table of a form: the file that was chosen, else what was pasted."""
    file = visit.form.get("file")
    sent = decode_table(file.file.read()) if isinstance(file, UploadFile) else ""
    return sent.strip() or visit.text("table")
