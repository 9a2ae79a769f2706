"""Every page x every role: who comes in is written down here a second time, and both must agree."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

import pytest
from starlette.responses import PlainTextResponse, Response

from bot.desk.application import PAGES, Page, build_desk
from bot.desk.permissions import Permission
from bot.desk.visit import Visit
from bot.states import Role
from tests.desk.browser import Browser
from tests.desk.conftest import Stage
from tests.fakes.server import ServerThread

NOBODY, V, T, E, A = "nobody", Role.VOLUNTEER, Role.TRANSLATOR, Role.EDITOR, Role.ADMIN
EVERYBODY = {NOBODY, V, T, E, A}
SIGNED_IN = {V, T, E, A}

# Without the second factor editors and admins get nowhere that publishes: test_publishing_wants_the_second_factor.
EXPECTED: Mapping[str, AbstractSet[str]] = {
    "GET /signin": EVERYBODY,
    "POST /signin": EVERYBODY,
    "POST /signin/link": EVERYBODY,
    "GET /link/{token}": EVERYBODY,
    "POST /link/{token}": EVERYBODY,
    "POST /language": EVERYBODY,
    "GET /signin/code": SIGNED_IN,
    "POST /signin/code": SIGNED_IN,
    "POST /signout": SIGNED_IN,
    "GET /me": SIGNED_IN,
    "POST /me/password": SIGNED_IN,
    "POST /me/totp": SIGNED_IN,
    "POST /me/sessions": SIGNED_IN,
    "POST /me/chat": SIGNED_IN,
    "POST /me/pause": SIGNED_IN,
    "POST /me/tour": SIGNED_IN,
    "GET /people": {A},
    "POST /people": {A},
    "POST /people/{number}": {A},
    "GET /": SIGNED_IN,
    "POST /tasks/later": {T, E, A},
    "POST /gaps/{key}/later": {E, A},
    "POST /gaps/{key}/settled": {E, A},
    "GET /tour/{number}": SIGNED_IN,
    "GET /posters": SIGNED_IN,
    "GET /posters/{topic}/{language}": SIGNED_IN,
    "GET /facts": {E, A},
    "GET /facts/events/import": {E, A},
    "POST /facts/events/import": {E, A},
    "GET /facts/office/{place}": {E, A},
    "POST /facts/office/{place}/confirm": {E, A},
    "POST /facts/office/{place}/table": {E, A},
    "POST /facts/office/{place}/reply": {E, A},
    "GET /facts/{kind}/new": {E, A},
    "POST /facts/{kind}/new": {E, A},
    "GET /facts/{kind}/{key}": {E, A},
    "POST /facts/{kind}/{key}": {E, A},
    "POST /facts/{kind}/{key}/confirm": {E, A},
    "POST /facts/{kind}/{key}/shown": {E, A},
    "POST /facts/{kind}/{key}/lines": {E, A},
    "GET /answers": {T, E, A},
    "GET /answers/{topic}/{language}": {T, E, A},
    "POST /answers/{topic}/{language}": {T, E, A},
    "POST /answers/{topic}/{language}/preview": {T, E, A},
    "POST /answers/{topic}/{language}/confirm": {T, E, A},
    "GET /proposals": {T, E, A},
    "POST /proposals/{number}": {E, A},
    "POST /proposals/{number}/withdraw": {T, E, A},
    "GET /history": {E, A},
    "POST /history/{number}": {E, A},
    "GET /notices": {E, A},
    "POST /notices": {E, A},
    "POST /notices/pause": {A},
    "POST /notices/resume": {A},
    "GET /notices/{number}": {E, A},
    "POST /notices/{number}": {E, A},
    "POST /notices/{number}/end": {E, A},
    "GET /help": SIGNED_IN,
    "GET /help/{guide}": SIGNED_IN,
    "GET /review": {V, E, A},
    "GET /review/next": {V, E, A},
    "GET /review/wanted": {E, A},
    "GET /review/{number}": {V, E, A},
    "POST /review/{number}/topic": {V, E, A},
    "POST /review/{number}/answer": {V, E, A},
    "POST /review/{number}/block": {V, E, A},
    "POST /review/{number}/refer": {V, E, A},
    "POST /review/{number}/wanted": {V, E, A},
    "POST /review/{number}/escalate": {V, E, A},
    "POST /review/{number}/dismiss": {V, E, A},
    "POST /review/{number}/draft": {V, E, A},
    "POST /review/{number}/release": {V, E, A},
    "POST /review/{number}/on": {V, E, A},
    "POST /review/{number}/back": {V, E, A},
    "POST /review/{number}/noted": {E, A},
}


def reached(_: Visit) -> Response:
    return PlainTextResponse("reached")


def browsers(desk: Stage, address: str) -> dict[str, Browser]:
    """Return a browser of each role, signed in at the desk of the test and used at another address."""
    nobody = desk.browser()
    nobody.get("/signin")
    found = {NOBODY: nobody} | {role: desk.client(role) for role in Role}
    return {role: browser.move(address) for role, browser in found.items()}


def find_holes(desk: Stage, pages: Sequence[Page], expected: Mapping[str, AbstractSet[str]]) -> list[str]:
    """Return `method path: role` wherever who comes in differs from the expected table, and pages it lacks."""
    server = ServerThread(build_desk(desk.services, [replace(page, act=reached) for page in pages]), "127.0.0.1", 0)
    server.start()
    people = browsers(desk, f"http://127.0.0.1:{server.port}")
    holes = []
    for page in pages:
        name = f"{page.method} {page.path}"
        path = page.path.replace("{", "").replace("}", "")
        for role, browser in people.items():
            came_in = browser.ask(page.method, path).text == "reached"
            if name not in expected or came_in is not (role in expected[name]):
                holes.append(f"{name}: {role}")
    server.stop()
    return holes


def test_every_page_lets_in_whom_it_should(desk: Stage) -> None:
    assert find_holes(desk, PAGES, EXPECTED) == []
    assert {f"{page.method} {page.path}" for page in PAGES} == set(EXPECTED)


@pytest.mark.parametrize("permission", [Permission.ANYBODY, Permission.SIGNED_IN, Permission.EDIT])
def test_planted_hole_is_found(desk: Stage, permission: Permission) -> None:
    planted = Page("GET", "/people", reached, permission)
    assert find_holes(desk, [planted], EXPECTED) != []


def test_page_that_is_in_no_table_is_found(desk: Stage) -> None:
    planted = Page("GET", "/backdoor", reached, Permission.ADMINISTER)
    assert f"GET /backdoor: {A}" in find_holes(desk, [planted], EXPECTED)


def test_publishing_wants_the_second_factor(desk: Stage) -> None:
    wanted = [page for page in PAGES if page.permission in {Permission.PUBLISH, Permission.ADMINISTER}]
    admin = desk.client(Role.ADMIN, "bare", totp=False)
    for page in wanted:
        assert admin.ask(page.method, page.path.replace("{", "").replace("}", "")).status_code == 403
    assert wanted
