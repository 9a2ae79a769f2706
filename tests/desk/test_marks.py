"""At the desk, what stands for personal data is read in the language of the page."""

import re

import pytest
from markupsafe import Markup

from bot.desk.presenting import draw_marks
from bot.models import ReviewItem
from bot.services.reviewing import add_reply
from bot.states import Role
from tests.desk.browser import Browser
from tests.desk.conftest import Stage
from tests.desk.test_review import CHAT, practise, release, tell

QUESTION = "رقمي [phone] وعنواني [address]"
PHONE = {"de": "[Telefonnummer]", "en": "[phone number]"}


def show(desk: Stage, language: str) -> Browser:
    browser = desk.client(Role.EDITOR)
    browser.get("/review")
    browser.post("/language", language=language, after="/review")
    return browser


@pytest.mark.parametrize("language", PHONE)
def test_marks_of_a_question_are_read_in_the_language_of_the_page(desk: Stage, language: str) -> None:
    numbers = [release(desk, QUESTION), release(desk, QUESTION)]  # the second is offered as similar to the first
    browser = show(desk, language)
    mark = f'<bdi class="mark" lang="{language}">{PHONE[language]}</bdi>'
    assert mark in browser.get("/review").text
    page = browser.get(f"/review/{numbers[0]}?show=yes").text
    alike = re.search(r'<form id="alike".*?</form>', page, re.DOTALL)
    assert alike
    assert mark in alike[0]
    assert page.count(mark) == 3  # at the top, above the field, among the similar ones
    assert "[phone]" not in page


def test_what_the_person_wrote_afterwards_has_its_marks_named_too(desk: Stage) -> None:
    number, vault = release(desk, QUESTION), desk.services.vault
    ana = desk.client(Role.VOLUNTEER, "Ana")
    practise(desk, "Ana")
    ana.get(f"/review/{number}")
    ana.post(f"/review/{number}/answer", text="اكتب لي إلى [email]")
    tell(desk)
    with desk.services.database.writing() as session:
        assert add_reply(session, vault.chat_key(CHAT), "هو <b> [name]", vault, desk.clock.now())
    ana.get("/review")
    ana.post("/language", language="de", after="/review")
    page = ana.get(f"/review/{number}").text
    assert page.count('هو &lt;b&gt; <bdi class="mark" lang="de">[Name]</bdi>') == 2  # in the thread, above the field
    assert "اكتب لي إلى [email]" in page  # a volunteer's own words stay as they are


def test_what_is_stored_keeps_its_marks(desk: Stage) -> None:
    number = release(desk, QUESTION)
    show(desk, "de").get(f"/review/{number}?show=yes")
    with desk.services.database.reading() as session:
        assert desk.services.vault.open(session.get_one(ReviewItem, number).sealed_question) == QUESTION


@pytest.mark.parametrize("text", ["[Phone] [ phone ]", "", "phone"])
def test_words_that_are_no_marks_stay_as_they_were_written(text: str) -> None:
    assert draw_marks(text, "de") == Markup.escape(text)
