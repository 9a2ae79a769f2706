"""What readers see of a place or an event: which answers show it, and the line below its name."""

import re

from starlette.responses import Response

from bot.desk.reader_cards import find_line_problems, word_refusal
from bot.desk.routes.facts import render_stored
from bot.desk.showing_facts import find_fact_address
from bot.desk.visit import Visit
from bot.errors import ConflictError, NotFoundError
from bot.languages import TAGS
from bot.messages.content import Event, Place, Rule
from bot.services.arranging_topics import RefusedError, arrange_topics
from bot.services.keeping_facts import get_fact
from bot.services.writing_lines import fingerprint_line, save_lines

_SPACES = re.compile(r"[ \t\n]+")  # not those that keep a French sign with its word


def choose_topics(visit: Visit) -> Response:
    """Let the ticked topics show a place or an event, and no longer those whose tick was taken out."""
    fact = _get_shown(visit)
    ticked, listing = _list_sent(visit, "shown"), _list_sent(visit, "listing")
    try:
        with visit.writing() as session:
            revision = arrange_topics(
                session,
                visit.content,
                fact,
                added=ticked - listing,
                removed=listing - ticked,
                author=visit.signed_in.name,
                now=visit.now,
                four_eyes=visit.four_eyes,
            )
    except RefusedError as error:
        problems = {"shown": " ".join(word_refusal(refusal, visit) for refusal in error.refusals)}
        return render_stored(visit, fact, problems=problems, status=400, ticked=ticked)
    return visit.go(find_fact_address(fact), _tell_saved(visit, changed=revision is not None))


def write_lines(visit: Visit) -> Response:
    """Save the lines that were changed; what is wrong, or was changed by somebody else meanwhile, is told beside it."""
    fact = _get_shown(visit)
    typed = {tag: _SPACES.sub(" ", visit.text(f"line-{tag}")) for tag in TAGS if f"line-{tag}" in visit.form}
    seen = {tag: visit.text(f"seen-{tag}") for tag in typed}
    changed = {tag: text for tag, text in typed.items() if fingerprint_line(text) != seen[tag]}
    if problems := find_line_problems(visit, fact, changed):
        return render_stored(visit, fact, problems=problems, status=400, typed=typed)
    try:
        with visit.writing() as session:
            save_lines(session, fact.id, changed, seen, visit.signed_in.name, visit.now, four_eyes=visit.four_eyes)
    except ConflictError:
        problems = _tell_conflicts(visit, fact, changed, seen)
        now = {tag: visit.content.find_line(tag, fact.id) for tag in TAGS}
        return render_stored(visit, fact, problems=problems, status=409, typed=now | changed)
    return visit.go(find_fact_address(fact), _tell_saved(visit, changed=bool(changed)))


def _get_shown(visit: Visit) -> Place | Event:
    fact = get_fact(visit.content, visit.param("kind"), visit.param("key"))
    if isinstance(fact, Rule):
        raise NotFoundError("readers see no rule below an answer")
    return fact


def _list_sent(visit: Visit, name: str) -> frozenset[str]:
    return frozenset(value for value in visit.form.getlist(name) if isinstance(value, str))


def _tell_saved(visit: Visit, *, changed: bool) -> str:
    say = visit.strings.gettext
    if not changed:
        return say("Nothing was different, so nothing was changed.")
    if visit.four_eyes:
        return say("Sent on: another person has to approve it before it goes live.")
    return say("Saved. Readers see it within five seconds.")


def _tell_conflicts(visit: Visit, fact: Place | Event, changed: dict[str, str], seen: dict[str, str]) -> dict[str, str]:
    """Return what stands now where somebody else was faster, by the name of the field."""
    now = {tag: visit.content.find_line(tag, fact.id) for tag in changed}
    return {
        f"line-{tag}": visit.strings.gettext(
            "Somebody else changed this line while you were writing. It says now: “{line}”. Compare, then save again.",
            line=line or "–",
        )
        for tag, line in now.items()
        if fingerprint_line(line) != seen[tag]
    }
