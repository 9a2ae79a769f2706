"""The tour and the help pages: for each role, also while pictures are missing."""

import re
from pathlib import Path

import pytest

from bot.desk.routes import help_pages
from bot.desk.routes.help_pages import GUIDES, find_pictures
from bot.states import Role
from tests.desk.conftest import Stage


@pytest.mark.parametrize(("guide", "role"), GUIDES.items())
def test_help_shows_the_guide_of_the_own_role_first(desk: Stage, guide: str, role: Role) -> None:
    page = desk.client(role).get("/help").text
    shown = re.findall(r'href="/help/(\w+)"', page)
    assert shown[0] == guide
    assert sorted(shown) == sorted(GUIDES)


def test_everybody_may_read_every_guide(desk: Stage) -> None:
    browser = desk.client(Role.VOLUNTEER)
    for guide in GUIDES:
        page = browser.get(f"/help/{guide}")
        assert page.status_code == 200
        assert page.text.count("<h1>") == 1


def test_guide_that_does_not_exist_is_not_found(desk: Stage) -> None:
    assert desk.client(Role.VOLUNTEER).get("/help/macros").status_code == 404


def test_guide_shows_its_pictures_once_they_are_there(
    desk: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(help_pages, "PICTURES", tmp_path)
    browser = desk.client(Role.EDITOR)
    assert "<img" not in browser.get("/help/editors").text
    (tmp_path / "event-en.png").touch()
    page = browser.get("/help/editors").text
    assert re.findall(r'<img src="([^"]+)"', page) == ["/static/help/event-en.png"]
    assert "<img" not in browser.get("/help/editors", **{"accept-language": "de"}).text


def test_every_picture_that_is_there_is_shown_in_a_guide() -> None:
    folder = Path(help_pages.__file__).parent.parent / "templates"
    named = {
        name
        for template in folder.glob("help_*.html")
        for name in re.findall(r'picture\("([\w-]+)"', template.read_text(encoding="utf-8"))
    }
    assert find_pictures("de") | find_pictures("en") <= named


@pytest.mark.parametrize(
    ("guide", "tasks"),
    [
        ("volunteers", ["Resolve a question", "Escalate now"]),
        ("editors", ["Confirm a phone number", "Correct an answer", "Enter a job fair"]),
        ("admins", ["Invite somebody"]),
    ],
)
def test_guide_has_every_task_of_its_role(desk: Stage, guide: str, tasks: list[str]) -> None:
    page = desk.client(Role.VOLUNTEER).get(f"/help/{guide}").text
    assert [task for task in tasks if task not in page] == []


# The tour.


def test_volunteer_sees_the_tour_the_first_time_and_then_the_questions(desk: Stage) -> None:
    browser = desk.client(Role.VOLUNTEER)
    browser.get("/")
    for number in (2, 3, 4):
        assert f'href="/tour/{number}"' in browser.text
        browser.get(f"/tour/{number}")
    browser.post("/me/tour", after="/review/next")
    assert browser.path == "/review"  # nothing waits: the list says so
    assert 'href="/tour/2"' not in browser.get("/").text


def test_tour_can_be_skipped_and_seen_again(desk: Stage) -> None:
    browser = desk.client(Role.VOLUNTEER)
    browser.post("/me/tour")
    assert browser.path == "/"
    assert 'href="/tour/1"' in browser.text
    assert 'href="/tour/2"' in browser.get("/tour/1").text


def test_tour_has_four_screens(desk: Stage) -> None:
    browser = desk.client(Role.VOLUNTEER)
    assert [browser.get(f"/tour/{number}").status_code for number in ("0", "1", "4", "5", "x")] == [
        404,
        200,
        200,
        404,
        404,
    ]


@pytest.mark.parametrize("role", [Role.TRANSLATOR, Role.EDITOR, Role.ADMIN])
def test_staff_begin_without_the_tour(desk: Stage, role: Role) -> None:
    assert 'href="/tour/2"' not in desk.client(role).get("/").text
