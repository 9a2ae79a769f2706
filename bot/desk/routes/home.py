"""Where people land: staff on their half hour, volunteers on the questions that wait; and the first tour."""

from starlette.responses import Response

from bot.desk.permissions import Permission
from bot.desk.showing_facts import show_told
from bot.desk.visit import Visit
from bot.errors import NotFoundError
from bot.models import Account
from bot.services.answering import find_title
from bot.services.claiming_items import is_paused
from bot.services.finding_stuck import Reason, find_stuck
from bot.services.listing_tasks import A_WEEK, Task, Worker, list_tasks, postpone_gap, put_away, settle_gap
from bot.services.listing_waiting import count_waiting
from bot.services.managing_notices import find_pause
from bot.services.measuring_progress import measure_progress
from bot.states import Role

TOUR_SCREENS = 4
_NAMED = 2


def show_home(visit: Visit) -> Response:
    """Show the half hour of staff; for volunteers how many questions wait, after the tour of the first time."""
    person = visit.signed_in
    if person.role is not Role.VOLUNTEER:
        return _show_half_hour(visit)
    paused = is_paused(person, visit.now)
    if not person.toured and not paused:
        return _show_screen(visit, 1)
    return visit.render("volunteer.html", waiting=_count_waiting(visit), paused=paused)


def show_tour(visit: Visit) -> Response:
    """Show one screen of the tour."""
    number = visit.number()
    if not 1 <= number <= TOUR_SCREENS:
        raise NotFoundError("the tour has no such screen")
    return _show_screen(visit, number)


def put_task_away(visit: Visit) -> Response:
    """Show a task no more to this person for a week."""
    with visit.writing() as session:
        put_away(session, visit.text("task"), visit.signed_in.id, visit.today + A_WEEK, visit.today)
    return visit.go("/", visit.strings.gettext("Put away for a week."))


def ask_gap_later(visit: Visit) -> Response:
    """Show a gap to nobody for a month: whoever was asked does not know it yet."""
    with visit.writing() as session:
        postpone_gap(session, visit.param("key"), visit.today)
    return visit.go("/", visit.strings.gettext("Noted: still unknown. We ask again in 30 days."))


def close_gap(visit: Visit) -> Response:
    """Note that a gap was found out."""
    with visit.writing() as session:
        settle_gap(session, visit.param("key"), visit.signed_in.name, visit.now, visit.today)
    return visit.go("/", visit.strings.gettext("Settled. Thank you."))


def _show_half_hour(visit: Visit) -> Response:
    person, content, today = visit.signed_in, visit.content, visit.today
    with visit.reading() as session:
        worker = Worker(person.id, person.name, person.role, person.languages, visit.four_eyes)
        agenda = list_tasks(session, content, worker, today)
        progress = measure_progress(session, content, visit.now, today)
        pause = find_pause(session, visit.now)
        stuck = find_stuck(session, visit.now) if visit.may(Permission.ADMINISTER) else []
    return visit.render(
        "home.html",
        agenda=agenda,
        titles={task.name: _name_topics(visit, task) for task in agenda.tasks if task.fact or task.gap},
        named=_NAMED,
        progress=progress,
        pause=pause,
        stuck=[(found, _word_reason(visit, found.reason)) for found in stuck],
        waiting=_count_waiting(visit) if visit.may(Permission.REVIEW) else 0,
        facts={task.key: show_told(visit, task.fact) for task in agenda.tasks if task.fact},
        places=content.places,
        today=today,
    )


def _name_topics(visit: Visit, task: Task) -> str:
    """Return the titles of the first topics of a task, in the language of the page."""
    return ", ".join(find_title(topic, visit.content, visit.language) for topic in task.topics[:_NAMED])


def _word_reason(visit: Visit, reason: Reason) -> str:
    say = visit.strings.gettext
    return {
        Reason.NO_READER: say("Nobody at the desk reads this language."),
        Reason.HANDED_ON: say("Everybody who reads this language handed it on."),
        Reason.NO_SECOND_READER: say("Its answer is written, and nobody with practice reads this language."),
        Reason.WAITING: say("Nobody has taken it for three days."),
    }[reason]


def _show_screen(visit: Visit, number: int) -> Response:
    return visit.render("tour.html", number=number, last=TOUR_SCREENS)


def _count_waiting(visit: Visit) -> int:
    with visit.reading() as session:
        return count_waiting(session, session.get_one(Account, visit.signed_in.id), visit.now)
