"""The web application of the desk: one visible table of pages, each with what it asks for."""

import asyncio
import logging
import secrets
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jinja2 import Environment
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.bootstrap import Services
from bot.desk.guarding import Attempts, SecurityHeaders
from bot.desk.permissions import Permission, Verdict, judge_access
from bot.desk.presenting import build_environment
from bot.desk.routes import (
    answers,
    event_table,
    facts,
    help_pages,
    history,
    home,
    notices,
    offices,
    people,
    posters,
    reader_cards,
    review,
    signing,
)
from bot.desk.visit import CSRF_COOKIE, SESSION_COOKIE, Visit, is_csrf_right
from bot.errors import BotError, ConflictError, NotFoundError
from bot.services.signing_in import Person, find_person, is_touch_due, touch_session

_log = logging.getLogger(__name__)
_HERE = Path(__file__).parent
_LARGEST_FORM = 2_000_000
_NOT_ALLOWED = 405

Act = Callable[[Visit], Response]


@dataclass(frozen=True)
class Page:
    """One line of the table: what is done at an address, and who may."""

    method: str
    path: str
    act: Act
    permission: Permission


P = Permission
PAGES: tuple[Page, ...] = (
    Page("GET", "/signin", signing.show_sign_in, P.ANYBODY),
    Page("POST", "/signin", signing.sign_in, P.ANYBODY),
    Page("POST", "/signin/link", signing.send_link, P.ANYBODY),
    Page("GET", "/link/{token}", signing.show_link, P.ANYBODY),
    Page("POST", "/link/{token}", signing.follow_link, P.ANYBODY),
    Page("POST", "/language", signing.choose_language, P.ANYBODY),
    Page("GET", "/signin/code", signing.show_code, P.SIGN_IN),
    Page("POST", "/signin/code", signing.give_code, P.SIGN_IN),
    Page("POST", "/signout", signing.sign_out, P.SIGN_IN),
    Page("GET", "/me", people.show_me, P.SIGNED_IN),
    Page("POST", "/me/password", people.change_password, P.SIGNED_IN),
    Page("POST", "/me/totp", people.set_up_totp, P.SIGNED_IN),
    Page("POST", "/me/sessions", people.sign_out_everywhere, P.SIGNED_IN),
    Page("POST", "/me/chat", people.connect_own_chat, P.SIGNED_IN),
    Page("POST", "/me/pause", people.pause_me, P.SIGNED_IN),
    Page("POST", "/me/tour", people.end_tour, P.SIGNED_IN),
    Page("GET", "/people", people.show_people, P.ADMINISTER),
    Page("POST", "/people", people.invite, P.ADMINISTER),
    Page("POST", "/people/{number}", people.change, P.ADMINISTER),
    # Facts: addresses with a word of ours before those with the id of a fact.
    Page("GET", "/facts", facts.show_facts, P.EDIT),
    Page("GET", "/facts/events/import", event_table.show_import, P.EDIT),
    Page("POST", "/facts/events/import", event_table.take_import, P.PUBLISH),
    Page("GET", "/facts/office/{place}", offices.show_office, P.EDIT),
    Page("POST", "/facts/office/{place}/confirm", offices.confirm_office, P.PUBLISH),
    Page("POST", "/facts/office/{place}/table", offices.show_table, P.EDIT),
    Page("POST", "/facts/office/{place}/reply", offices.take_table, P.PUBLISH),
    Page("GET", "/facts/{kind}/new", facts.show_new, P.EDIT),
    Page("POST", "/facts/{kind}/new", facts.add_fact, P.PUBLISH),
    Page("GET", "/facts/{kind}/{key}", facts.show_fact, P.EDIT),
    Page("POST", "/facts/{kind}/{key}", facts.save_fact, P.PUBLISH),
    Page("POST", "/facts/{kind}/{key}/confirm", facts.confirm, P.PUBLISH),
    Page("POST", "/facts/{kind}/{key}/shown", reader_cards.choose_topics, P.PUBLISH),
    Page("POST", "/facts/{kind}/{key}/lines", reader_cards.write_lines, P.PUBLISH),
    # What the bot says: answers, what waits for approval, what was changed, notices.
    Page("GET", "/answers", answers.show_matrix, P.TRANSLATE),
    Page("GET", "/answers/{topic}/{language}", answers.show_answer, P.TRANSLATE),
    Page("POST", "/answers/{topic}/{language}", answers.save_answer, P.TRANSLATE),
    Page("POST", "/answers/{topic}/{language}/preview", answers.preview_answer, P.TRANSLATE),
    Page("POST", "/answers/{topic}/{language}/confirm", answers.confirm_answer, P.TRANSLATE),
    Page("GET", "/proposals", history.show_proposals, P.TRANSLATE),
    Page("POST", "/proposals/{number}", history.decide_proposal, P.PUBLISH),
    Page("POST", "/proposals/{number}/withdraw", history.withdraw_proposal, P.TRANSLATE),
    Page("GET", "/history", history.show_history, P.EDIT),
    Page("POST", "/history/{number}", history.take_revision_back, P.PUBLISH),
    Page("GET", "/notices", notices.show_notices, P.EDIT),
    Page("POST", "/notices", notices.put_up, P.PUBLISH),
    Page("POST", "/notices/pause", notices.pause, P.ADMINISTER),
    Page("POST", "/notices/resume", notices.resume, P.ADMINISTER),
    Page("GET", "/notices/{number}", notices.show_notice, P.EDIT),
    Page("POST", "/notices/{number}", notices.change, P.PUBLISH),
    Page("POST", "/notices/{number}/end", notices.end, P.PUBLISH),
    # The half hour, the tour, posters, help
    Page("GET", "/", home.show_home, P.SIGNED_IN),
    Page("POST", "/tasks/later", home.put_task_away, P.TRANSLATE),
    Page("POST", "/gaps/{key}/later", home.ask_gap_later, P.EDIT),
    Page("POST", "/gaps/{key}/settled", home.close_gap, P.PUBLISH),
    Page("GET", "/tour/{number}", home.show_tour, P.SIGNED_IN),
    Page("GET", "/posters", posters.show_posters, P.SIGNED_IN),
    Page("GET", "/posters/{topic}/{language}", posters.show_poster, P.SIGNED_IN),
    Page("GET", "/help", help_pages.show_help, P.SIGNED_IN),
    Page("GET", "/help/{guide}", help_pages.show_guide, P.SIGNED_IN),
    # Questions that people released: an item is claimed by opening it, and each way to resolve it is one button.
    Page("GET", "/review", review.show_queue, P.REVIEW),
    Page("GET", "/review/next", review.open_next, P.REVIEW),
    Page("GET", "/review/wanted", review.show_wanted, P.EDIT),
    Page("GET", "/review/{number}", review.show_item, P.REVIEW),
    Page("POST", "/review/{number}/topic", review.answer_with_topic, P.REVIEW),
    Page("POST", "/review/{number}/answer", review.answer_in_own_words, P.REVIEW),
    Page("POST", "/review/{number}/block", review.answer_with_block, P.REVIEW),
    Page("POST", "/review/{number}/refer", review.refer, P.REVIEW),
    Page("POST", "/review/{number}/wanted", review.want_topic, P.REVIEW),
    Page("POST", "/review/{number}/escalate", review.escalate, P.REVIEW),
    Page("POST", "/review/{number}/dismiss", review.dismiss, P.REVIEW),
    Page("POST", "/review/{number}/draft", review.keep_draft, P.REVIEW),
    Page("POST", "/review/{number}/release", review.release, P.REVIEW),
    Page("POST", "/review/{number}/on", review.hand_on, P.REVIEW),
    Page("POST", "/review/{number}/back", review.send_back, P.REVIEW),
    Page("POST", "/review/{number}/noted", review.note_looked_at, P.EDIT),
)


def build_desk(services: Services, pages: Sequence[Page] = PAGES) -> Starlette:
    """Return the application."""
    reception = Reception(services, build_environment(), Attempts())
    return Starlette(
        routes=[
            *(Route(page.path, reception.serve(page), methods=[page.method]) for page in pages),
            Mount("/static", StaticFiles(directory=_HERE / "static")),
        ],
        middleware=[SecurityHeaders.middleware()],
        exception_handlers={404: reception.refuse_address, 405: reception.refuse_address},
    )


@dataclass(frozen=True)
class Reception:
    """Receives every request: who is it, may they, is the form ours; then the page itself."""

    services: Services
    environment: Environment
    attempts: Attempts

    def serve(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        """Return what answers the requests for a page."""

        async def serve(request: Request) -> Response:
            form = await _read_form(request)
            if form is None:
                return PlainTextResponse("too much was sent at once", 413)
            try:
                return await asyncio.to_thread(self._answer, page, request, form)
            finally:
                await form.close()  # files that were sent

        return serve

    async def refuse_address(self, request: Request, error: Exception) -> Response:
        """Return the page for an address that does not exist; one that a form was sent to leads back to its page."""
        status = error.status_code if isinstance(error, HTTPException) else 404

        def answer(visit: Visit) -> Response:
            if status == _NOT_ALLOWED and request.method == "GET":  # a phone loads the page again that it had
                return visit.go(request.url.path.rpartition("/")[0] or "/")
            return visit.render("error.html", status=status, reason="not_found")

        return await asyncio.to_thread(self._receive, request, FormData(), answer)

    def _answer(self, page: Page, request: Request, form: FormData) -> Response:
        def answer(visit: Visit) -> Response:
            verdict = judge_access(visit.person, page.permission)
            if verdict is not Verdict.YES:
                response = _refuse(visit, verdict)
            elif page.method == "POST" and not is_csrf_right(self.services, request, visit.text("csrf")):
                response = visit.render("error.html", status=403, reason="csrf")
            else:
                response = _act(page, visit)
            if CSRF_COOKIE not in request.cookies:
                visit.set_cookie(response, CSRF_COOKIE, visit.browser)
            return response

        return self._receive(request, form, answer)

    def _receive(self, request: Request, form: FormData, answer: Act) -> Response:
        """Return the answer to whoever asks; where the database does not say who that is, the page that says so."""
        browser = request.cookies.get(CSRF_COOKIE) or secrets.token_urlsafe(24)
        stranger = Visit(request, self.services, self.environment, self.attempts, None, form, browser)
        try:
            person = self._find_person(request.cookies.get(SESSION_COOKIE))
        except SQLAlchemyError as error:
            return _tell_database_away(stranger, error)
        return answer(replace(stranger, person=person))

    def _find_person(self, token: str | None) -> Person | None:
        if not token:
            return None
        now = self.services.clock.now()
        with self.services.database.reading() as session:
            person, due = find_person(session, token, now), is_touch_due(session, token, now)
        if person and due:
            with self.services.database.writing() as session:
                touch_session(session, token, now)
        return person


async def _read_form(request: Request) -> FormData | None:
    """Return what was sent; None for more than the desk takes."""
    if request.method != "POST":
        return FormData()
    if int(request.headers.get("content-length") or _LARGEST_FORM + 1) > _LARGEST_FORM:
        return None
    return await request.form(max_files=1, max_fields=400)


def _act(page: Page, visit: Visit) -> Response:
    try:
        return page.act(visit)
    except NotFoundError:
        return visit.render("error.html", status=404, reason="not_found")
    except ConflictError:
        return visit.render("error.html", status=409, reason="conflict")
    except BotError as error:
        _log.warning("desk: %s: %s", page.path, type(error).__name__)
        return visit.render("error.html", status=400, reason="bad", message=str(error))
    except SQLAlchemyError as error:
        return _tell_database_away(visit, error)
    except Exception as error:  # noqa: BLE001 - a person gets a page, whatever went wrong
        _log.error("desk: %s failed: %s", page.path, _tell_where(error))
        return visit.render("error.html", status=500, reason="unexpected")


def _tell_database_away(visit: Visit, error: SQLAlchemyError) -> Response:
    _log.error("desk: the database does not answer (%s)", type(error).__name__)
    return visit.render("error.html", status=503, reason="database")


def _tell_where(error: Exception) -> str:
    """Return the kind of an error and the line it came from; its message may hold people's words."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"


def _refuse(visit: Visit, verdict: Verdict) -> Response:
    after = visit.request.url.path if visit.request.method == "GET" else "/"
    match verdict:
        case Verdict.SIGN_IN:
            return visit.go("/signin", after=after)
        case Verdict.CODE:
            return visit.go("/signin/code", after=after)
        case Verdict.SECOND_FACTOR:
            return visit.render("error.html", status=403, reason="second_factor")
    return visit.render("error.html", status=403, reason="not_allowed")
