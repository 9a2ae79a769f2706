"""What people of each role do at the desk, in a real Chromium, from the click to what the bot then says."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pyotp
import pytest
from playwright.async_api import Dialog, Page, expect
from sqlalchemy import select

from bot.languages import SOURCE, TAGS
from bot.messages.content import Content
from bot.models import Account, ReviewItem
from bot.services.answering import build_answer, make_reader
from bot.services.reviewing import add_item
from bot.services.signing_in import make_link
from bot.services.storing_content import find_translation_state
from bot.states import Group, LinkPurpose, Resolution, Role, TranslationState
from tests.desk.chromium import running_chromium
from tests.desk.conftest import PASSWORD, Stage

PHONE, SCREEN = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
OFFICE = "freiwilligenagentur"


@asynccontextmanager
async def opened(desk: Stage, role: Role | None, path: str) -> AsyncIterator[Page]:
    """Lend a page of a person of this role, in English; volunteers hold a phone."""
    async with running_chromium() as chromium:
        size = PHONE if role is Role.VOLUNTEER else SCREEN
        context = await chromium.new_context(base_url=desk.address, locale="en", viewport=size)  # type: ignore[arg-type]
        if role is not None:
            cookie = desk.client(role).cookie("desk_session") or ""
            await context.add_cookies([{"name": "desk_session", "value": cookie, "url": desk.address}])
        page = await context.new_page()
        await page.goto(path)
        yield page


def said(desk: Stage, topic: str, language: str = SOURCE) -> str:
    """Return what the bot says to a topic now."""
    reader = make_reader(language, Group.UNKNOWN, desk.clock)
    return "\n".join(part.text for part in build_answer(topic, desk.services.live.get(), reader))


def outdated(content: Content, topic: str) -> set[str]:
    """Return the languages whose translation of a topic no longer fits the German."""
    german = content.answers[SOURCE][topic]
    states = {tag: find_translation_state(content.answers[tag][topic], german) for tag in TAGS if tag != SOURCE}
    return {tag for tag, state in states.items() if state is TranslationState.OUTDATED}


async def test_first_link_leads_to_password_and_second_factor(desk: Stage) -> None:
    with desk.services.database.writing() as session:
        account = session.get_one(Account, desk.register("Eva", Role.EDITOR, totp=False))
        account.password_hash = None
        token = make_link(session, account, LinkPurpose.INVITE, desk.clock.now())
    async with opened(desk, None, f"/link/{token}") as page:
        await page.get_by_role("button", name="Sign in as Eva").click()
        await page.get_by_label("New password").fill(PASSWORD)
        await page.get_by_label("The same again").fill(PASSWORD)
        await page.get_by_role("button", name="Choose a password").click()
        secret = await page.locator("code.secret").inner_text()
        await page.get_by_label("Six digits").fill(pyotp.TOTP(secret).at(desk.clock.now()))
        await page.get_by_role("button", name="Set up").click()
        await expect(page.get_by_role("status").first).to_contain_text("second factor is set up")


async def test_phone_number_is_confirmed_and_readers_are_told_by_whom(desk: Stage) -> None:
    async with opened(desk, Role.EDITOR, "/facts") as page:
        await page.get_by_role("searchbox").or_(page.locator("input[name=q]")).first.fill("Freiwilligenagentur")
        await page.get_by_role("button", name="Search").click()
        await page.locator(f"a[href='/facts/places/{OFFICE}']").click()
        await page.get_by_role("button", name="Confirmed today, nothing to change").click()
        await expect(page.get_by_role("status").filter(has_text="Confirmed by")).to_be_visible()
    place = desk.services.live.get().places[OFFICE]
    assert place.confirmed_on == desk.clock.today()
    assert place.confirmed_by


async def test_changed_phone_is_right_in_all_languages_and_outdates_none(desk: Stage) -> None:
    async with opened(desk, Role.EDITOR, f"/facts/places/{OFFICE}") as page:
        await page.get_by_label("Phone").fill("+49 391 5403333")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("status").first).to_be_visible()
    for language in TAGS:
        assert "+49 391 5403333" in said(desk, "german_practice", language)
    assert outdated(desk.services.live.get(), "german_practice") == set()


async def test_corrected_german_sentence_outdates_its_topic_alone_and_is_taken_back(desk: Stage) -> None:
    async with opened(desk, Role.EDITOR, "/answers/find_flat/de") as page:
        field = page.get_by_label("Text", exact=True).first
        await field.fill(f"{await field.input_value()} Viel Erfolg.")
        await page.get_by_role("button", name="Publish").click()
        await expect(page.get_by_role("status").first).to_contain_text("7 translations are outdated now")
        content = desk.services.live.get()
        assert "Viel Erfolg." in said(desk, "find_flat")
        assert outdated(content, "find_flat") == set(TAGS) - {SOURCE}
        assert all(outdated(content, topic) == set() for topic in content.city if topic != "find_flat")
        await page.goto("/history?file=de/housing.yml&key=find_flat")
        await page.locator("summary", has_text="Take back").first.click()
        assert "Viel Erfolg." in said(desk, "find_flat")
        await page.get_by_role("button", name="Take back").first.click()
        await expect(page.get_by_role("status").first).to_be_visible()
    assert "Viel Erfolg." not in said(desk, "find_flat")
    assert outdated(desk.services.live.get(), "find_flat") == set()


async def test_translation_is_proposed_and_approved_by_another_person(desk: Stage) -> None:
    async with opened(desk, Role.TRANSLATOR, "/answers/find_flat/ar") as page:
        await page.get_by_label("Title").fill("شقة جديدة للتجربة")
        await page.get_by_role("button", name="Propose", exact=True).click()
        await expect(page.get_by_role("status").first).to_be_visible()
    assert "شقة جديدة للتجربة" not in said(desk, "find_flat", "ar")
    async with opened(desk, Role.EDITOR, "/proposals") as page:
        await page.get_by_role("button", name="Approve and publish").click()
        await expect(page.get_by_role("status").first).to_be_visible()
    assert "شقة جديدة للتجربة" in said(desk, "find_flat", "ar")


async def test_job_fair_is_entered_and_announced(desk: Stage) -> None:
    async with opened(desk, Role.EDITOR, "/facts/events/new") as page:
        await page.get_by_label("Name").first.fill("Jobmesse im Test")
        await page.get_by_label("Organiser").fill("Agentur im Test")
        await page.get_by_label("Day", exact=False).first.fill("2027-02-05")
        await page.get_by_label("Address").first.fill("Breiter Weg 1, Magdeburg")
        await page.get_by_label("Web page").fill("https://example.org/messe")
        await page.get_by_label("Meet employers").check()
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("status").first).to_be_visible()
    assert "Jobmesse im Test" in said(desk, "meet_employers")
    assert "Jobmesse im Test" in said(desk, "meet_employers", "ar")


async def test_new_counselling_place_is_shown_with_its_line(desk: Stage) -> None:
    async with opened(desk, Role.EDITOR, "/facts/places/new") as page:
        await page.get_by_label("Name").first.fill("Beratung im Test")
        await page.get_by_label("What it is").select_option("counselling")
        await page.get_by_label("Phone").fill("0391 5404040")
        await page.get_by_label("Web page").fill("https://example.org/rat")
        await page.get_by_role("checkbox", name="Interpreter").check()
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("status").first).to_contain_text("No answer shows this so far")
        await page.get_by_role("link", name="Choose which answers show it").click()
        await page.locator("#shown").get_by_role("checkbox", name="Interpreter").check()
        await page.get_by_role("button", name="Show it where ticked").click()
        await page.get_by_role("link", name="write one line on what it offers").click()
        await page.locator("#lines").get_by_label("German").fill("Rat für alle, die neu in der Stadt sind")
        await page.get_by_role("button", name="Use these lines").click()
        await expect(page.get_by_role("status").first).to_contain_text("Readers see it within five seconds")
        await expect(page.locator("#lines").get_by_text("missing: readers see only the name")).to_have_count(7)
    assert re.search(r"Beratung im Test\*\*\nRat für alle, die neu in der Stadt sind\n", said(desk, "interpreter"))
    assert "Beratung im Test" in said(desk, "interpreter", "ar")


async def test_notice_is_put_up_and_ended(desk: Stage) -> None:
    async with opened(desk, Role.EDITOR, "/notices") as page:
        await page.locator("textarea[name=text-de]").first.fill("Diese Woche geschlossen.")
        await page.get_by_role("button", name="Put up").click()
        await expect(page.get_by_text("Diese Woche geschlossen.").first).to_be_visible()
        await page.get_by_role("button", name="Take down").first.click()
        await expect(page.get_by_role("status").first).to_be_visible()


@pytest.mark.parametrize(
    ("panel", "button", "resolution"),
    [
        ("Send the person to a counselling place", "Caritas", Resolution.REFERRAL),
        ("Somebody is in danger", "Escalate now", Resolution.ESCALATED),
        ("Close without an answer", "I do not understand it", Resolution.UNCLEAR),
    ],
)
async def test_volunteer_resolves_on_a_phone(desk: Stage, panel: str, button: str, resolution: Resolution) -> None:
    services = desk.services
    with services.database.writing() as session:
        add_item(session, "a" * 32, "ar", "كيف يكون الطقس غدا؟", (), services.vault, desk.clock.now())
    async with opened(desk, Role.VOLUNTEER, "/review/next") as page:
        await page.locator("summary", has_text=panel).click()
        await page.get_by_role("button", name=button).first.click()
        await expect(page.get_by_role("status").first).to_be_visible()
    with services.database.reading() as session:
        assert session.scalars(select(ReviewItem.resolution)).one() is resolution


@pytest.mark.parametrize(
    ("path", "field", "button"),
    [
        ("/answers/find_flat/ar", "#f-title", "Read, and nothing to change"),
        ("/facts/places/freiwilligenagentur", "#f-line-de", "Show it where ticked"),
        ("/answers/find_flat/ar", "#f-title", None),
    ],
)
async def test_words_are_not_lost_when_another_form_is_sent_or_the_page_is_left(
    desk: Stage, path: str, field: str, button: str | None
) -> None:
    asked: list[str] = []

    async def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    async with opened(desk, Role.EDITOR, path) as page:
        page.on("dialog", stay)
        await page.fill(field, "Neue Worte")
        leave = page.get_by_role("link", name="Start") if button is None else page.get_by_role("button", name=button)
        await leave.click(no_wait_after=True)
        await expect(page.locator(field)).to_have_value("Neue Worte")
        assert asked == ["beforeunload"]
        assert page.url.endswith(path)


async def test_words_that_were_refused_are_not_lost_either(desk: Stage) -> None:
    asked: list[str] = []

    async def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    async with opened(desk, Role.EDITOR, "/answers/find_flat/ar") as page:
        page.on("dialog", stay)
        await page.fill("#f-title", "Neue Worte: 0391 123456")
        await page.get_by_role("button", name="Publish").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        await expect(page.get_by_role("button", name="Read, and nothing to change")).to_have_count(0)
        await page.locator("h1").click()  # browsers ask only where a person has done something
        await page.get_by_role("link", name="Start").click(no_wait_after=True)
        await expect(page.locator("#f-title")).to_have_value("Neue Worte: 0391 123456")
        assert asked == ["beforeunload"]


async def test_page_that_a_form_was_sent_to_can_be_loaded_again(desk: Stage) -> None:
    async with opened(desk, Role.VOLUNTEER, "/me") as page:
        await page.goto("/me/password")
        assert page.url.endswith("/me")
