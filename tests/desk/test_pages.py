"""Every page in a real Chromium: nothing for axe to find, nothing wider than a phone, in both languages and looks."""

import datetime as dt
from typing import Any, Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from bot.services.editing_content import find_body, propose, save
from bot.services.managing_notices import NoticeDraft, put_up_notice
from bot.services.reviewing import add_item, note_unhelpful
from bot.states import Role
from tests.desk.chromium import running_chromium
from tests.desk.conftest import PASSWORD, Stage

# What a page looks like does not depend on the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PHONE = {"width": 360, "height": 740}
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES: dict[Role | None, list[str]] = {
    None: ["/signin", "/nowhere"],
    Role.VOLUNTEER: ["/", "/me", "/review", "/review/1", "/help", "/help/volunteers", "/posters", "/tour/1", "/people"],
    Role.TRANSLATOR: ["/", "/answers", "/answers/find_flat/ar", "/proposals", "/help/translators"],
    Role.EDITOR: [
        "/",
        "/review",
        "/review/2",
        "/review/3",
        "/review/wanted",
        "/facts",
        "/facts?due=yes",
        "/facts/places/caritas-ibbz",
        "/facts/events/kontaktboerse-ihk",
        "/facts/rules/minimum-wage",
        "/facts/places/new",
        "/facts/events/new",
        "/facts/rules/new",
        "/facts/events/import",
        "/facts/office/jobcenter-magdeburg",
        "/answers",
        "/answers/find_flat/de",
        "/answers/find_doctor/fa",
        "/proposals",
        "/history",
        "/history?file=places.yml&key=caritas-ibbz",
        "/notices",
        "/notices/1",
        "/posters/find_flat/ar",
        "/posters/find_flat/de",
        "/help/editors",
    ],
    Role.ADMIN: ["/", "/people", "/notices", "/help/admins"],
}


def fill(desk: Stage) -> None:
    """Put something on every page: questions, an unhelpful answer, a proposal, a published change, a notice."""
    services, now = desk.services, desk.clock.now()
    with services.database.writing() as session:
        add_item(session, "a" * 32, "ar", "كيف يكون الطقس غدا؟", ("find_flat",), services.vault, now)
        add_item(session, "b" * 32, "de", "Wie wird das Wetter?", ("official_letter",), services.vault, now)
        note_unhelpful(session, "find_doctor", "ar", now)
        place: Any = find_body(session, "places.yml", "caritas-ibbz")
        save(session, "places.yml", "caritas-ibbz", {**place, "note": "Called."}, "Eva", now, seen=place)
        answer: Any = find_body(session, "de/housing.yml", "find_flat")
        propose(session, "de/housing.yml", "find_flat", {**answer, "title": "Eine Wohnung suchen"}, "Eva", now)
        draft = NoticeDraft({"de": "Diese Woche geschlossen."}, now, now + dt.timedelta(days=3), "find_flat")
        put_up_notice(session, draft, "Eva", now)


async def find_violations(page: Page) -> list[str]:
    """Return what axe finds, and what sticks out of the window."""
    found = await Axe().run(page, options={"runOnly": _TAGS})
    said = [f"{v['id']}: {v['nodes'][0]['html']}" for v in found.response["violations"]]
    if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        said.append("wider than the window")
    return said


async def look_at(
    chromium: Browser, desk: Stage, role: Role | None, language: str, scheme: Literal["light", "dark"]
) -> dict[str, list[str]]:
    """Return the violations on each page of a role, in a language and a colour scheme, on a phone, all unfolded."""
    context = await chromium.new_context(
        base_url=desk.address,
        locale=language,
        viewport=PHONE,  # type: ignore[arg-type]
        color_scheme=scheme,
    )
    if role is not None:
        cookie = desk.client(role).cookie("desk_session")
        await context.add_cookies([{"name": "desk_session", "value": cookie or "", "url": desk.address}])
    page, found = await context.new_page(), {}
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
    for path in PAGES[role]:
        response = await page.goto(path)
        await page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        violations = await find_violations(page) + errors
        if response is None or response.status >= 500:
            violations.append("no page at all")
        if violations:
            found[path] = violations
        errors.clear()
    await context.close()
    return found


@pytest.mark.parametrize("role", PAGES)
async def test_pages_are_accessible_on_a_phone_in_both_languages_and_colour_schemes(
    desk: Stage, role: Role | None
) -> None:
    fill(desk)
    async with running_chromium() as chromium:
        assert await look_at(chromium, desk, role, "de", "light") == {}
        assert await look_at(chromium, desk, role, "en", "dark") == {}


@pytest.mark.parametrize(
    ("planted", "fault"),
    [("<img src=x>", "image-alt"), ("<pre>" + "wide" * 200 + "</pre>", "wider"), ("<input>", "label")],
)
async def test_planted_fault_is_found(desk: Stage, planted: str, fault: str) -> None:
    async with running_chromium() as chromium:
        page = await chromium.new_page()
        await page.goto(f"{desk.address}/signin")
        await page.evaluate("text => document.querySelector('main').insertAdjacentHTML('beforeend', text)", planted)
        assert any(fault in said for said in await find_violations(page))


async def test_text_that_only_light_pages_can_carry_is_found_in_the_dark(desk: Stage) -> None:
    async with running_chromium() as chromium:
        for scheme, found in (("light", False), ("dark", True)):
            page = await chromium.new_page(color_scheme=scheme)  # type: ignore[arg-type]
            await page.goto(f"{desk.address}/signin")
            await page.evaluate("document.querySelector('h1').style.color = '#222'")
            assert any("color-contrast" in said for said in await find_violations(page)) is found


async def test_keyboard_alone_signs_in(desk: Stage) -> None:
    desk.register("Ana", Role.VOLUNTEER)
    async with running_chromium() as chromium:
        page = await chromium.new_page()
        await page.goto(f"{desk.address}/signin")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        await page.keyboard.type("Ana")
        await page.keyboard.press("Tab")
        await page.keyboard.type(PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{desk.address}/")
