"""Where things stand on a page while somebody works there, in a real Chromium."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, ViewportSize

from bot.desk.visit import SESSION_COOKIE
from bot.services.editing_content import find_body, save
from bot.services.reviewing import add_item
from bot.states import Group, Role
from tests.desk.chromium import running_chromium
from tests.desk.conftest import Stage

# Where things stand does not depend on the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PHONE = ViewportSize(width=360, height=740)
LONG = " ".join(["أين أجد ورشة دراجات قريبة من المحطة في الشمال؟"] * 12)


@asynccontextmanager
async def opened(desk: Stage, role: Role, path: str, size: ViewportSize = PHONE, **more: Any) -> AsyncIterator[Page]:
    """Lend a page as a person of this role sees it in a German browser; it scrolls at once."""
    cookie = desk.client(role).cookie(SESSION_COOKIE) or ""
    async with running_chromium() as chromium:
        wanted = {"locale": "de", "viewport": size, "reduced_motion": "reduce"} | more
        context = await chromium.new_context(base_url=desk.address, **wanted)
        await context.add_cookies([{"name": SESSION_COOKIE, "value": cookie, "url": desk.address}])
        page = await context.new_page()
        await page.goto(path)
        yield page


def release(desk: Stage, question: str, near: tuple[str, ...] = ("find_flat",)) -> int:
    """Let a person release a question in Arabic and return its number."""
    with desk.services.database.writing() as session:
        return add_item(session, "a" * 32, "ar", question, near, desk.services.vault, desk.clock.now()).id


async def find_box(page: Page, selector: str) -> dict[str, float]:
    """Return where an element stands in the window."""
    box: dict[str, float] = await page.locator(selector).first.evaluate(
        "element => element.getBoundingClientRect().toJSON()"
    )
    return box


# The question while the answer is written.


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_question_stays_in_sight_while_the_answer_is_written(desk: Stage, scheme: str) -> None:
    number = release(desk, LONG)
    async with opened(desk, Role.VOLUNTEER, f"/review/{number}", color_scheme=scheme) as page:
        await page.locator("summary", has_text="Antworten").first.click()
        await page.locator("#f-text").fill("سطر\n" * 12)
        await page.locator("#f-text").evaluate("field => window.scrollBy(0, field.getBoundingClientRect().top - 190)")
        asked, field = await find_box(page, ".asked"), await find_box(page, "#f-text")
        assert (await find_box(page, "main > blockquote"))["bottom"] < 0  # without the copy it would be out of sight
        assert 0 <= asked["top"] < asked["bottom"] <= PHONE["height"] / 4 + 1
        assert field["top"] < PHONE["height"] / 2
        assert await page.locator(".asked .bubble").evaluate("bubble => getComputedStyle(bubble).direction") == "rtl"
        assert await page.locator(".asked").evaluate("region => region.scrollHeight > region.clientHeight")
        seen = "region => getComputedStyle(region).backgroundColor"
        assert "rgba" not in await page.locator(".asked").evaluate(seen)  # nothing shines through
        found = await Axe().run(page)
        assert found.response["violations"] == []


async def test_question_in_sight_covers_nothing_that_takes_the_focus(desk: Stage) -> None:
    number = release(desk, LONG)
    async with opened(desk, Role.VOLUNTEER, f"/review/{number}") as page:
        await page.locator("summary", has_text="Antworten").first.click()
        await page.locator("#f-text").fill("سطر\n" * 30)
        await page.locator("#seen .bubble").wait_for()
        for button in ("Als Entwurf behalten", "Antwort abgeben"):
            lies_below = page.get_by_role("button", name=button)
            await lies_below.evaluate("button => window.scrollBy(0, button.getBoundingClientRect().top - 20)")
            assert (await find_box(page, ".asked"))["bottom"] > 100  # the button is covered
            await lies_below.focus()
            focused = await lies_below.evaluate("button => button.getBoundingClientRect().top")
            assert focused >= (await find_box(page, ".asked"))["bottom"]


async def test_short_question_takes_no_more_room_than_it_needs(desk: Stage) -> None:
    number = release(desk, "أين أجد ورشة دراجات؟")
    async with opened(desk, Role.VOLUNTEER, f"/review/{number}") as page:
        await page.locator("summary", has_text="Antworten").first.click()
        assert (await find_box(page, ".asked"))["height"] < PHONE["height"] / 8


async def test_where_nobody_writes_the_question_is_not_repeated(desk: Stage) -> None:
    number = release(desk, LONG, near=("work_permit",))
    async with opened(desk, Role.VOLUNTEER, f"/review/{number}") as page:
        assert await page.locator("main > blockquote").count() == 1
        assert await page.locator(".asked").count() == 0


# The preview beside the form of an answer.

SCREEN, NARROW = ViewportSize(width=1280, height=900), ViewportSize(width=1099, height=900)


@pytest.mark.parametrize("language", ["de", "ar"])
async def test_preview_stays_beside_the_form_on_a_wide_screen(desk: Stage, language: str) -> None:
    async with opened(desk, Role.EDITOR, f"/answers/find_flat/{language}", SCREEN) as page:
        await page.locator("#f-steps-4").evaluate("field => field.scrollIntoView({block: 'center'})")
        field, preview = await find_box(page, "#f-steps-4"), await find_box(page, "#preview")
        assert preview["left"] > field["right"]
        assert 0 <= preview["top"] < preview["bottom"] <= SCREEN["height"]
        found = await Axe().run(page)
        assert found.response["violations"] == []
        assert not await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("size", [NARROW, PHONE])
async def test_preview_stands_below_the_form_on_a_narrow_screen(desk: Stage, size: ViewportSize) -> None:
    async with opened(desk, Role.EDITOR, "/answers/find_flat/ar", size) as page:
        field, preview = await find_box(page, "#f-note"), await find_box(page, "#preview")
        assert preview["top"] > field["bottom"]
        assert await page.locator("#preview").evaluate("preview => preview.scrollHeight <= preview.clientHeight + 1")
        assert not await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


async def test_preview_comes_after_the_buttons_for_who_uses_the_keyboard(desk: Stage) -> None:
    async with opened(desk, Role.EDITOR, "/answers/find_flat/de", SCREEN) as page:
        await page.get_by_role("button", name="Vorschau", exact=True).focus()
        reached = []
        for _ in range(2):
            await page.keyboard.press("Tab")
            reached.append(await page.evaluate("document.activeElement.id"))
        assert reached == ["preview", "f-group"]


@pytest.mark.parametrize(("count", "opened_by_itself"), [(4, True), (5, False)])
async def test_long_list_of_keywords_is_folded(desk: Stage, count: int, *, opened_by_itself: bool) -> None:
    with desk.services.database.writing() as session:
        body: Any = find_body(session, "de/housing.yml", "find_flat")
        changed = {**body, "keywords": [f"Wort {number}" for number in range(count)]}
        save(session, "de/housing.yml", "find_flat", changed, "Eva", desk.clock.now(), seen=body)
    async with opened(desk, Role.EDITOR, "/answers/find_flat/de", SCREEN) as page:
        assert await page.locator("#f-keywords").is_visible() is opened_by_itself
        if not opened_by_itself:
            await page.locator("summary", has_text=f"{count} Stichwörter").click()
        assert (await page.locator("#f-keywords").input_value()).startswith("Wort 0, Wort 1")


async def test_many_groups_of_a_variant_are_folded_and_few_are_not(desk: Stage) -> None:
    with desk.services.database.writing() as session:
        body: Any = find_body(session, "de/housing.yml", "find_flat")
        few, many = [body["variants"][0]["groups"][0]], [str(group) for group in Group][-6:-1]
        variants = [{"groups": few, "text": "Eins."}, {"groups": [g for g in many if g not in few], "text": "Zwei."}]
        save(session, "de/housing.yml", "find_flat", {**body, "variants": variants}, "Eva", desk.clock.now(), seen=body)
    async with opened(desk, Role.EDITOR, "/answers/find_flat/ar", SCREEN) as page:
        assert await page.locator("#f-variants-1").is_visible()
        assert await page.locator("summary", has_text="Für 1 Gruppe").count() == 0
        assert await page.locator("summary", has_text="Für 5 Gruppen").count() == 1
