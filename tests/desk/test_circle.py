"""The circle as people walk it: asked on Telegram, released, answered at the desk on a phone, told on Telegram."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from playwright.async_api import BrowserContext, Page, expect
from sqlalchemy import select

from bot.desk.application import build_desk
from bot.models import ReviewItem
from bot.services.claiming_items import FIRST_ANSWERS
from bot.services.managing_accounts import add_account
from bot.services.signing_in import open_session
from bot.states import Role
from tests.conftest import StandingClock
from tests.desk.chromium import running_chromium
from tests.e2e.conftest import Stage
from tests.e2e.conftest import stage as stage  # noqa: PLC0414 - the fixture, for the tests here
from tests.fakes.server import ServerThread

ASKER = 7
QUESTION = "كيف يكون الطقس غدا؟ رقمي 0176 12345678"
ANSWER = "غدا تشرق الشمس."
PHONE = {"width": 360, "height": 740}


@dataclass
class Circle:
    """The bot's Bot API, the desk beside it, and browsers of volunteers."""

    stage: Stage
    address: str
    contexts: dict[str, BrowserContext]

    async def page(self, name: str) -> Page:
        """Return a new page of a volunteer, who is signed in."""
        return await self.contexts[name].new_page()

    async def release(self, seen: int = 0) -> str:
        """Ask, agree to show the question, and return what the person saw before they agreed."""
        offer, _ = await self.stage.release(ASKER, QUESTION, "ar", seen)
        return str(offer["text"])


@pytest.fixture
async def circle(stage: Stage) -> AsyncIterator[Circle]:
    stage.clock = StandingClock()
    with stage.services() as services:
        tokens = {}
        with services.database.writing() as session:
            for name in ("Ana", "Ben"):
                account = add_account(session, name, Role.VOLUNTEER, ["ar"], services.clock.now())
                account.own_answers, account.toured = FIRST_ANSWERS, True
                session.flush()
                tokens[name] = open_session(session, account, services.clock.now())
        server = ServerThread(build_desk(services), "127.0.0.1", 0)
        server.start()
        address = f"http://127.0.0.1:{server.port}"
        async with running_chromium() as chromium:
            contexts = {}
            for name, token in tokens.items():
                context = await chromium.new_context(base_url=address, locale="de", viewport=PHONE)  # type: ignore[arg-type]
                await context.add_cookies([{"name": "desk_session", "value": token, "url": address}])
                contexts[name] = context
            yield Circle(stage, address, contexts)
        server.stop()


@asynccontextmanager
async def opened(circle: Circle) -> AsyncIterator[Page]:
    """Lend Ana's page with the oldest question open, as she gets there from the start."""
    page = await circle.page("Ana")
    await page.goto("/review")
    await page.locator("a[href^='/review/next']").click()
    yield page


async def write_answer(page: Page) -> None:
    """Answer the open question in own words."""
    field = page.locator("#f-text")
    await page.locator("summary", has=page.locator("xpath=../form//textarea[@id='f-text']")).first.click()
    await field.fill(ANSWER)
    await field.locator("xpath=ancestor::form//button[not(@formaction)]").first.click()


async def test_question_in_arabic_is_answered_on_a_phone_and_told(circle: Circle) -> None:
    async with circle.stage.bot():
        seen = await circle.release()
        assert "0176" not in seen
        assert "الطقس" in seen
        async with opened(circle) as page:
            shown = page.locator("blockquote.bubble").first
            await expect(shown).to_have_attribute("dir", "rtl")
            await expect(shown).to_contain_text("الطقس")
            assert "0176" not in await page.content()
            await write_answer(page)
        told = (await circle.stage.replies(ASKER, 4))[-1]["text"]
    assert ANSWER in told


async def test_of_two_volunteers_at_once_one_gets_the_question(circle: Circle) -> None:
    async with circle.stage.bot():
        await circle.release()
        number = find_item(circle).id
        pages = [await circle.page("Ana"), await circle.page("Ben")]
        await asyncio.gather(*(page.goto(f"/review/{number}") for page in pages))
        fields = [await page.locator("#f-text").count() for page in pages]
    assert sorted(fields) == [0, 1]


async def test_question_that_is_deleted_meanwhile_takes_no_answer(circle: Circle) -> None:
    async with circle.stage.bot():
        await circle.release()
        async with opened(circle) as page:
            circle.stage.api.send_text(ASKER, "/delete", language_code="ar")
            question = (await circle.stage.replies(ASKER, 4))[-1]
            circle.stage.api.press(ASKER, question["message_id"], "delete:yes")
            await circle.stage.replies(ASKER, 5)
            await write_answer(page)
            assert await page.locator("h1").count() == 1
            assert await page.locator("#f-text").count() == 0
    assert all(ANSWER not in message["text"] for message in circle.stage.api.bot_messages(ASKER))


async def test_asker_who_blocks_the_bot_meanwhile_is_not_written_to(circle: Circle) -> None:
    async with circle.stage.bot() as process:
        await circle.release()
        async with opened(circle) as page:
            circle.stage.api.block(ASKER)
            await write_answer(page)
        process.telling.tell_all()
    assert all(ANSWER not in message["text"] for message in circle.stage.api.bot_messages(ASKER))


async def test_answer_given_while_the_bot_is_down_is_told_once_after_its_restart(circle: Circle) -> None:
    async with circle.stage.bot():
        await circle.release()
    async with opened(circle) as page:
        await write_answer(page)
    for _ in range(2):
        async with circle.stage.bot():
            await circle.stage.replies(ASKER, 4)
    told = [message for message in circle.stage.api.bot_messages(ASKER) if ANSWER in message["text"]]
    assert len(told) == 1


def find_item(circle: Circle) -> ReviewItem:
    with circle.stage.services() as services, services.database.reading() as session:
        return session.scalars(select(ReviewItem)).one()
