"""Review at the desk: questions are claimed by opening them and resolved with a tap."""

import html
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from playwright.async_api import Dialog, Page, expect
from sqlalchemy import select

from bot.models import Account, Chat, OutboxRow, ReviewItem
from bot.services import reviewing
from bot.services.claiming_items import FIRST_ANSWERS
from bot.services.telling_askers import find_untold, mark_told
from bot.states import Resolution, ReviewStatus, Role
from tests.desk.browser import Browser
from tests.desk.chromium import running_chromium
from tests.desk.conftest import Stage

QUESTION = "أين أجد ورشة دراجات؟"
CARE_TOPIC = "work_permit"
CHAT = 4711
# What a page does in the browser does not depend on the database.
in_chromium = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def release(desk: Stage, question: str = QUESTION, language: str = "ar", near: Sequence[str] = ("find_flat",)) -> int:
    """Let a person release a question and return its number."""
    key, vault, now = desk.services.vault.chat_key(CHAT), desk.services.vault, desk.clock.now()
    with desk.services.database.writing() as session:
        if session.get(Chat, key) is None:
            session.add(Chat(chat_key=key, sealed_id=vault.seal(CHAT), language=language, last_day=now.date()))
        return reviewing.add_item(session, key, language, question, tuple(near), vault, now).id


def load(desk: Stage, number: int) -> ReviewItem:
    with desk.services.database.reading() as session:
        return session.get_one(ReviewItem, number)


def reply_of(desk: Stage, number: int) -> Any:
    sealed = load(desk, number).sealed_reply
    return desk.services.vault.open(sealed) if sealed else None


def tell(desk: Stage) -> None:
    with desk.services.database.writing() as session:
        for item in find_untold(session, desk.clock.now()):
            mark_told(session, item, desk.clock.now())


def practise(desk: Stage, name: str) -> None:
    """Let a volunteer have ten answers behind them."""
    with desk.services.database.writing() as session:
        session.scalars(select(Account).where(Account.name == name)).one().own_answers = FIRST_ANSWERS


@pytest.fixture
def ana(desk: Stage) -> Browser:
    browser = desk.client(Role.VOLUNTEER, "Ana")
    practise(desk, "Ana")
    return browser


def test_queue_without_questions_says_so(ana: Browser) -> None:
    ana.get("/review")
    assert ana.page.status_code == 200
    assert 'href="/review/next"' not in ana.text
    assert ana.get("/review/next").url.path == "/review"


def test_volunteer_sees_questions_in_their_languages_alone(desk: Stage, ana: Browser) -> None:
    release(desk)
    other = release(desk, "Де ремонтують велосипеди?", "uk")
    ana.get("/review")
    assert QUESTION in ana.text
    assert "велосипеди" not in ana.text
    assert ana.get(f"/review/{other}").status_code == 404
    assert load(desk, other).status is ReviewStatus.PENDING


def test_queue_is_narrowed_to_one_language(desk: Stage, ana: Browser) -> None:
    release(desk)
    release(desk, "Wo ist die Radwerkstatt?", "de")
    ana.get("/review?language=de")
    assert "Radwerkstatt" in ana.text
    assert QUESTION not in ana.text


def test_similar_questions_stand_together_with_their_languages(desk: Stage, ana: Browser) -> None:
    release(desk)
    release(desk, f"{QUESTION}!")
    release(desk, "Wo ist die Radwerkstatt?", "de")
    ana.get("/review")
    assert ana.text.count("<section") == 1
    assert "2 similar questions" in ana.text
    assert "Arabic and German" in ana.text


def test_free_question_stands_for_its_cluster_when_the_first_is_taken(desk: Stage, ana: Browser) -> None:
    first, second = release(desk), release(desk, f"{QUESTION}!")
    ana.get(f"/review/{first}")
    assert desk.client(Role.VOLUNTEER, "Bob").get("/review/next").url.path == f"/review/{second}"


def test_question_is_shown_in_its_own_direction(desk: Stage, ana: Browser) -> None:
    ana.get(f"/review/{release(desk)}")
    assert re.search(r'<blockquote[^>]+lang="ar" dir="rtl">', ana.text)
    assert re.search(r'<textarea[^>]+dir="rtl" lang="ar"', ana.text)


@pytest.mark.parametrize("way", ["topic", "other"])
def test_topic_is_sent_with_one_tap_after_opening(desk: Stage, ana: Browser, way: str) -> None:
    number = release(desk)
    ana.get(f"/review/{number}")
    fields: dict[str, Any] = {way: "find_flat"}
    ana.post(f"/review/{number}/topic", **fields)
    assert ana.path == "/review"
    item = load(desk, number)
    assert (item.status, item.resolution) == (ReviewStatus.RESOLVED, Resolution.TOPIC)
    assert reply_of(desk, number) == "find_flat"


@pytest.mark.parametrize(
    ("way", "fields"),
    [
        ("topic", {"topic": "", "other": ""}),
        ("topic", {"topic": "greet"}),
        ("answer", {"text": " "}),
        ("answer", {"text": "x" * 3001}),
        ("block", {"block": "nonsense"}),
        ("refer", {"place": "nowhere"}),
        ("wanted", {"note": ""}),
        ("dismiss", {"reason": "answer"}),
        ("dismiss", {"reason": "nonsense"}),
    ],
)
def test_mistake_is_told_on_the_page_and_resolves_nothing(
    desk: Stage, ana: Browser, way: str, fields: dict[str, Any]
) -> None:
    number = release(desk)
    ana.get(f"/review/{number}")
    ana.post(f"/review/{number}/{way}", **fields)
    assert ana.page.status_code == 400
    assert 'role="alert"' in ana.text
    assert all(value in ana.text for value in fields.values() if len(value) > 1000)
    assert load(desk, number).resolved_at is None


def test_own_words_of_a_practised_volunteer_go_out(desk: Stage, ana: Browser) -> None:
    number = release(desk)
    ana.get(f"/review/{number}")
    ana.post(f"/review/{number}/answer", text="اسألوا في المكتبة.")
    assert reply_of(desk, number) == "اسألوا في المكتبة."
    assert load(desk, number).claimed_by == "Ana"


def test_text_block_goes_out_in_the_language_of_the_asker(desk: Stage, ana: Browser) -> None:
    number = release(desk, "Wo ist die Radwerkstatt?", "de", [CARE_TOPIC])
    ana.get(f"/review/{number}")
    ana.post(f"/review/{number}/block", block="nobody")
    assert load(desk, number).resolution is Resolution.ANSWER
    assert str(reply_of(desk, number))


def test_place_is_sent_and_counselling_near_the_question_comes_first(desk: Stage, ana: Browser) -> None:
    number = release(desk, near=["german_courses"])
    ana.get(f"/review/{number}")
    buttons = re.findall(r'name="place" value="([\w-]+)"', ana.text)
    assert buttons[0] == "caritas-ibbz"
    ana.post(f"/review/{number}/refer", place=buttons[0])
    assert load(desk, number).resolution is Resolution.REFERRAL


def test_wanted_topic_reaches_the_editors_with_the_note(desk: Stage, ana: Browser) -> None:
    number = release(desk)
    ana.get(f"/review/{number}")
    assert re.search(r'<textarea id="f-note"[^>]*>[^<]*Arab', ana.text)
    ana.post(f"/review/{number}/wanted", note="Bicycle workshops, please.")
    assert load(desk, number).resolution is Resolution.NEW_TOPIC
    editor = desk.client(Role.EDITOR)
    editor.get("/review/wanted")
    assert "Bicycle workshops, please." in editor.text
    assert ana.get("/review/wanted").status_code == 403


def test_escalation_alerts_the_coordinators_without_the_question(desk: Stage, ana: Browser) -> None:
    desk.change_settings(coordinators_chat_id=-100)
    number = release(desk)
    ana.get(f"/review/{number}")
    ana.post(f"/review/{number}/escalate")
    with desk.services.database.reading() as session:
        (row,) = session.scalars(select(OutboxRow)).all()
        untold = [item.id for item in find_untold(session, desk.clock.now(), by_day=False)]
    assert row.body is not None
    call = desk.services.vault.open(row.body)
    assert call["data"]["chat_id"] == -100
    assert f"/review/{number}" in call["data"]["text"]
    assert QUESTION not in call["data"]["text"]
    assert row.lane == desk.services.vault.chat_key(-100)
    assert untold == [number]


def test_escalation_without_a_chat_of_coordinators_says_what_to_do(desk: Stage, ana: Browser) -> None:
    number = release(desk)
    ana.get(f"/review/{number}")
    ana.post(f"/review/{number}/escalate")
    assert load(desk, number).resolution is Resolution.ESCALATED
    with desk.services.database.reading() as session:
        assert session.scalars(select(OutboxRow)).all() == []


def test_closed_question_is_shown_to_editors_alone(desk: Stage, ana: Browser) -> None:
    number = release(desk)
    ana.get(f"/review/{number}")
    ana.post(f"/review/{number}/escalate")
    assert ana.get(f"/review/{number}").status_code == 404
    assert QUESTION in desk.client(Role.EDITOR).get(f"/review/{number}").text


def test_closed_heavy_question_comes_after_a_warning_too(desk: Stage, ana: Browser) -> None:
    number = release(desk, "Er will mich umbringen", "de")
    ana.get(f"/review/{number}?show=yes")
    ana.post(f"/review/{number}/escalate")
    editor = desk.client(Role.EDITOR)
    assert "umbringen" not in editor.get(f"/review/{number}").text
    assert f"/review/{number}/on" not in editor.text  # nothing is left to hand on
    assert "umbringen" in editor.get(f"/review/{number}?show=yes").text


def test_only_topics_that_readers_get_are_offered_and_sent(desk: Stage, ana: Browser) -> None:
    desk.change_settings(publish="approved-only")  # nothing that ships was approved by the city
    number = release(desk)
    ana.get(f"/review/{number}")
    assert 'value="find_flat"' not in ana.text
    ana.post(f"/review/{number}/topic", topic="find_flat")
    assert load(desk, number).resolution is None


def test_care_of_a_topic_that_readers_do_not_get_yet_still_allows_no_own_words(desk: Stage, ana: Browser) -> None:
    desk.change_settings(publish="approved-only")
    number = release(desk, near=[CARE_TOPIC])
    assert 'name="text"' not in ana.get(f"/review/{number}").text


@pytest.mark.parametrize("reason", ["unclear", "spam"])
def test_question_is_dismissed_for_a_reason(desk: Stage, ana: Browser, reason: str) -> None:
    number = release(desk)
    ana.get(f"/review/{number}")
    ana.post(f"/review/{number}/dismiss", reason=reason)
    assert (load(desk, number).status, load(desk, number).resolution) == (ReviewStatus.DISMISSED, reason)


def test_ticked_similar_questions_get_the_same_answer(desk: Stage, ana: Browser) -> None:
    first, second, third = release(desk), release(desk, f"{QUESTION}!"), release(desk, f"{QUESTION}?")
    ana.get(f"/review/{first}")
    assert f'name="also" value="{second}"' in ana.text
    ana.post(f"/review/{first}/topic", topic="find_flat", also=str(second))
    assert [load(desk, number).resolution for number in (first, second, third)] == ["topic", "topic", None]


def test_number_that_is_not_like_it_is_not_answered_with_it(desk: Stage, ana: Browser) -> None:
    first, other = release(desk), release(desk, "Wo ist die Radwerkstatt?", "de", ["job_search"])
    ana.get(f"/review/{first}")
    ana.post(f"/review/{first}/topic", topic="find_flat", also=str(other))
    assert load(desk, other).resolution is None


def test_item_in_other_hands_says_whose_and_cannot_be_resolved(desk: Stage, ana: Browser) -> None:
    number = release(desk)
    ana.get(f"/review/{number}")
    bob = desk.client(Role.VOLUNTEER, "Bob")
    assert "Ana" in bob.get(f"/review/{number}").text
    assert QUESTION not in bob.text
    assert "Ana" in bob.get("/review").text
    assert bob.get("/review/next").url.path == "/review"
    assert bob.post(f"/review/{number}/topic", topic="find_flat").status_code == 409
    assert bob.post(f"/review/{number}/answer", text="لا أعرف").status_code == 409
    assert "لا أعرف" in bob.text  # what was written is not lost
    assert load(desk, number).resolution is None


def test_claim_ends_after_thirty_minutes_and_its_draft_stays(desk: Stage, ana: Browser) -> None:
    number = release(desk)
    ana.get(f"/review/{number}")
    ana.post(f"/review/{number}/draft", text="نصف جواب")
    assert ana.path == f"/review/{number}"
    desk.clock.move(minutes=30)
    bob = desk.client(Role.VOLUNTEER, "Bob")
    bob.get(f"/review/{number}")
    assert "نصف جواب" in bob.text
    assert "Ana" in bob.text
    assert ana.post(f"/review/{number}/answer", text="جواب").status_code == 409


def test_saving_a_draft_renews_the_claim(desk: Stage, ana: Browser) -> None:
    number = release(desk)
    ana.get(f"/review/{number}")
    desk.clock.move(minutes=20)
    ana.post(f"/review/{number}/draft", text="نصف")
    desk.clock.move(minutes=20)
    assert "Ana" in desk.client(Role.VOLUNTEER, "Bob").get(f"/review/{number}").text


def test_own_drafts_come_first(desk: Stage, ana: Browser) -> None:
    release(desk, "Wo ist die Radwerkstatt?", "de", ["job_search"])
    number = release(desk)
    ana.get(f"/review/{number}")
    ana.post(f"/review/{number}/draft", text="نصف")
    assert ana.get("/review/next").url.path == f"/review/{number}"


def test_released_item_is_free_for_the_next_person(desk: Stage, ana: Browser) -> None:
    number = release(desk)
    ana.get(f"/review/{number}")
    ana.post(f"/review/{number}/release")
    assert QUESTION in desk.client(Role.VOLUNTEER, "Bob").get(f"/review/{number}").text


def test_near_care_there_is_no_free_text(desk: Stage, ana: Browser) -> None:
    number = release(desk, near=[CARE_TOPIC])
    ana.get(f"/review/{number}")
    assert 'name="text"' not in ana.text
    assert 'name="block"' in ana.text
    assert ana.post(f"/review/{number}/answer", text="جواب").status_code == 400
    assert load(desk, number).resolution is None
    ana.post(f"/review/{number}/topic", topic=CARE_TOPIC)
    assert load(desk, number).resolution is Resolution.TOPIC


def test_heavy_question_comes_after_a_warning(desk: Stage, ana: Browser) -> None:
    question = "Mein Mann will mich umbringen"
    number = release(desk, question, "de", [])
    ana.get("/review")
    assert question not in ana.text
    ana.get(f"/review/{number}")
    assert question not in ana.text
    assert f'action="/review/{number}/on"' in ana.text
    assert 'href="/me"' in ana.text
    ana.get(f"/review/{number}?show=yes")
    assert question in ana.text


def test_question_that_was_handed_on_is_not_shown_again(desk: Stage, ana: Browser) -> None:
    number = release(desk)
    ana.get(f"/review/{number}")
    ana.post(f"/review/{number}/on")
    assert ana.get("/review/next").url.path == "/review"
    bob = desk.client(Role.VOLUNTEER, "Bob")
    assert bob.get("/review/next").url.path == f"/review/{number}"


def test_pause_shows_nothing(desk: Stage, ana: Browser) -> None:
    number = release(desk)
    ana.get("/me")
    ana.post("/me/pause", until="2026-12-01")
    assert ana.get(f"/review/{number}").url.path == "/review"
    assert QUESTION not in ana.text
    assert "/review/next" not in ana.text
    assert load(desk, number).claimed_by is None


def test_first_answers_wait_for_a_second_pair_of_eyes(desk: Stage) -> None:
    number, neu = release(desk), desk.client(Role.VOLUNTEER, "Neu")
    neu.get(f"/review/{number}")
    neu.post(f"/review/{number}/answer", text="جواب أول")
    item = load(desk, number)
    assert (item.status, item.resolution, item.proposed_by) == (ReviewStatus.PENDING, None, "Neu")
    assert "Neu" in neu.get(f"/review/{number}").text
    assert neu.get("/review/next").url.path == "/review"
    assert neu.post(f"/review/{number}/answer", text="جواب أول").status_code == 409
    other = desk.client(Role.VOLUNTEER, "Auch neu")
    assert other.get("/review/next").url.path == "/review"
    assert other.post(f"/review/{number}/answer", text="جواب").status_code == 409
    assert load(desk, number).resolution is None


def test_second_pair_of_eyes_changes_and_approves(desk: Stage, ana: Browser) -> None:
    number, neu = release(desk), desk.client(Role.VOLUNTEER, "Neu")
    neu.get(f"/review/{number}")
    neu.post(f"/review/{number}/answer", text="جواب أول")
    ana.get("/review/next")
    assert ana.path == f"/review/{number}"
    assert "جواب أول" in ana.text
    ana.post(f"/review/{number}/answer", text="جواب أفضل")
    assert reply_of(desk, number) == "جواب أفضل"
    with desk.services.database.reading() as session:
        counts = dict(session.execute(select(Account.name, Account.own_answers)).tuples().all())
    assert counts == {"Ana": FIRST_ANSWERS, "Neu": 1}


def test_proposal_that_is_sent_back_comes_to_its_author_with_the_note(desk: Stage, ana: Browser) -> None:
    number, neu = release(desk), desk.client(Role.VOLUNTEER, "Neu")
    neu.get(f"/review/{number}")
    neu.post(f"/review/{number}/answer", text="جواب أول")
    ana.get(f"/review/{number}")
    ana.post(f"/review/{number}/back", word="Name the street, please.")
    assert neu.get("/review/next").url.path == f"/review/{number}"
    assert "Name the street, please." in neu.text
    assert "جواب أول" in neu.text
    assert "Neu" in ana.get(f"/review/{number}").text


def test_reply_of_the_asker_comes_back_to_who_answered(desk: Stage, ana: Browser) -> None:
    number = release(desk)
    ana.get(f"/review/{number}")
    ana.post(f"/review/{number}/answer", text="في أي حي؟")
    tell(desk)
    with desk.services.database.writing() as session:
        vault = desk.services.vault
        assert reviewing.add_reply(session, vault.chat_key(CHAT), "في الشمال", vault, desk.clock.now())
    bob = desk.client(Role.VOLUNTEER, "Bob")
    assert bob.get("/review/next").url.path == "/review"
    assert ana.get("/review/next").url.path == f"/review/{number}"
    assert "في الشمال" in ana.text
    assert "في أي حي؟" in ana.text


def test_question_of_a_person_who_blocked_the_bot_says_so(desk: Stage, ana: Browser) -> None:
    number = release(desk)
    assert "said warn" not in ana.get(f"/review/{number}").text
    with desk.services.database.writing() as session:
        session.scalars(select(Chat)).one().blocked_at = desk.clock.now()
    assert "said warn" in ana.get(f"/review/{number}").text


def test_deleted_question_is_gone_for_who_works_on_it(desk: Stage, ana: Browser) -> None:
    number = release(desk)
    ana.get(f"/review/{number}")
    with desk.services.database.writing() as session:
        session.delete(session.get_one(ReviewItem, number))
    assert ana.post(f"/review/{number}/answer", text="جواب").status_code == 404


def test_second_tap_on_the_same_button_sends_nothing_twice(desk: Stage, ana: Browser) -> None:
    number = release(desk)
    ana.get(f"/review/{number}")
    token = re.search(r'name="csrf" value="(\w+)"', ana.text)
    assert token
    ana.post(f"/review/{number}/topic", topic="find_flat", csrf=token[1])
    assert ana.post(f"/review/{number}/answer", text="جواب", csrf=token[1]).status_code == 404
    assert load(desk, number).resolution is Resolution.TOPIC


def test_unhelpful_answer_comes_to_the_editors_and_is_noted(desk: Stage, ana: Browser) -> None:
    for _ in range(2):
        with desk.services.database.writing() as session:
            reviewing.note_unhelpful(session, "find_flat", "ar", desk.clock.now())
    with desk.services.database.reading() as session:
        (item,) = session.scalars(select(ReviewItem)).all()
    assert item.count == 2
    assert ana.get(f"/review/{item.id}").status_code == 404
    editor = desk.client(Role.EDITOR)
    editor.get("/review/next")
    assert "/answers/find_flat/ar" in editor.text
    assert "<h2>🔑 Find a flat</h2>" in editor.text
    assert ana.post(f"/review/{item.id}/noted").status_code == 403
    editor.post(f"/review/{item.id}/noted")
    assert load(desk, item.id).resolution is Resolution.NOTED


def test_question_cannot_be_merely_noted(desk: Stage) -> None:
    number, editor = release(desk), desk.client(Role.EDITOR)
    editor.get(f"/review/{number}")
    assert editor.post(f"/review/{number}/noted").status_code == 404
    assert load(desk, number).resolution is None


def test_translator_has_no_questions(desk: Stage) -> None:
    number, translator = release(desk), desk.client(Role.TRANSLATOR)
    assert translator.get("/review").status_code == 403
    assert translator.post(f"/review/{number}/topic", topic="find_flat").status_code == 403
    assert load(desk, number).resolution is None


def test_what_the_person_gets_is_shown_before_it_is_sent(desk: Stage, ana: Browser) -> None:
    ana.get(f"/review/{release(desk, near=['german_courses'])}")
    topic, place = (re.split(rf'<button[^>]+name="{field}"', ana.text)[0] for field in ("topic", "place"))
    content = desk.services.live.get()
    assert html.escape(content.answers["en"]["german_courses"].title) in topic.split("<details><summary>")[-1]
    assert html.escape(str(content.places["caritas-ibbz"].address)) in place.split("<details><summary>")[-1]


def test_question_without_a_near_topic_says_so(desk: Stage, ana: Browser) -> None:
    number = release(desk, near=[])
    assert "no topic near" in ana.get("/review").text
    ana.get(f"/review/{number}")
    assert ana.text.count("No topic came near this question") == 2
    assert 'name="topic"' not in ana.text
    assert re.search(r'<textarea id="f-note"[^>]*>[^<]*No topic came near', ana.text)


def test_next_question_opens_after_one_is_resolved(desk: Stage, ana: Browser) -> None:
    first, second = release(desk), release(desk, "Wo ist die Radwerkstatt?", "de", ["job_search"])
    ana.get(f"/review/{first}")
    ana.post(f"/review/{first}/topic", topic="find_flat")
    assert ana.path == f"/review/{second}"
    assert f"Question {first}: The person gets the answer “🔑 Find a flat”." in html.unescape(ana.text)
    ana.post(f"/review/{second}/topic", topic="job_search")
    assert ana.path == "/review"
    assert "Nothing waits" in ana.text


def test_note_says_how_many_people_got_the_answer(desk: Stage, ana: Browser) -> None:
    first, second = release(desk), release(desk, f"{QUESTION}!")
    ana.get(f"/review/{first}?show=yes&also={second}")
    assert ana.text.count(f'type="hidden" name="also" value="{second}"') > 1
    ana.post(f"/review/{first}/topic", topic="find_flat", also=str(second))
    assert "It goes to 2 people in all." in ana.text


@pytest.mark.parametrize("name", ["Ana", "Neu"])
def test_start_page_counts_what_the_list_offers(desk: Stage, ana: Browser, name: str) -> None:
    ana.get("/me")
    ana.post("/me/tour")
    browser = ana if name == "Ana" else desk.client(Role.VOLUNTEER, name)
    proposed, handed_on, mine = (
        release(desk, question, "de", [near])
        for question, near in (("Eins?", "find_flat"), ("Wo ist es?", "job_search"), ("Warum nicht?", "find_doctor"))
    )
    for number, way, text in ((proposed, "answer", "So."), (handed_on, "on", "")):
        browser.get(f"/review/{number}")
        browser.post(f"/review/{number}/{way}", text=text)
    browser.get(f"/review/{mine}")
    browser.post("/me/tour")
    assert "1 question waits in your languages" in browser.get("/").text
    browser.get("/review")
    assert re.findall(r'href="/review/(\d+)"', browser.text) == [str(mine)]
    assert "You have it open" in browser.text
    assert "1 question waits in your languages" in browser.text


def test_author_sees_the_answer_that_waits_for_a_second_reader(desk: Stage, ana: Browser) -> None:
    number, neu = release(desk), desk.client(Role.VOLUNTEER, "Neu")
    release(desk, f"{QUESTION}!")
    neu.get(f"/review/{number}")
    neu.post(f"/review/{number}/answer", text="جواب أول")
    neu.get("/review")
    assert "waits for a second reader" in neu.text
    assert "جواب أول" in neu.text
    assert "similar question" not in neu.text
    assert "waits for a second reader" not in ana.get("/review").text


def test_danger_stands_second_and_looks_serious(desk: Stage, ana: Browser) -> None:
    ana.get(f"/review/{release(desk)}")
    ways = re.findall(r'<details class="(card[^"]*)"', ana.text)
    assert ways.index("card alarm") == 1


def test_address_in_a_draft_is_shown_as_the_person_sees_it(desk: Stage, ana: Browser) -> None:
    number = release(desk)
    ana.get(f"/review/{number}")
    ana.post(f"/review/{number}/draft", text="الموقع 1.fc-magdeburg.de هنا")
    assert "\u20661.fc-magdeburg.de\u2069" in ana.text.split('id="seen"')[1]


@pytest.fixture
async def page(desk: Stage, ana: Browser) -> AsyncIterator[Page]:
    """Lend Ana's page in a Chromium, as wide as a phone, on the start page."""
    ana.get("/me")
    ana.post("/me/tour")
    async with running_chromium() as chromium:
        context = await chromium.new_context(base_url=desk.address, locale="en", viewport={"width": 360, "height": 740})
        cookie = {"name": "desk_session", "value": ana.cookie("desk_session") or "", "url": desk.address}
        await context.add_cookies([cookie])  # type: ignore[list-item]
        yield await context.new_page()


@in_chromium
async def test_question_is_resolved_in_two_taps_and_the_ticked_one_with_it(desk: Stage, page: Page) -> None:
    number, alike, third = release(desk), release(desk, f"{QUESTION}!"), release(desk, "Und nun?", "de", [])
    await page.goto("/")
    await page.get_by_role("link", name="Begin").click()
    await page.locator("#alike input[type=checkbox]").check()
    await page.locator("button[name=topic]").first.click()
    await page.wait_for_url(f"**/review/{third}")
    await expect(page.get_by_role("status").first).to_contain_text("It goes to 2 people in all.")
    assert [load(desk, one).resolution for one in (number, alike)] == [Resolution.TOPIC] * 2


@in_chromium
async def test_what_is_typed_is_kept_and_shown_without_a_tap(desk: Stage, page: Page) -> None:
    number = release(desk)
    await page.goto(f"/review/{number}")
    await page.get_by_text("Answer the person", exact=True).click()
    await page.locator("#f-text").fill("الموقع 1.fc-magdeburg.de")
    await expect(page.locator("#kept")).to_contain_text("Kept")
    await expect(page.locator("#seen .bubble")).to_contain_text("\u20661.fc-magdeburg.de\u2069")
    await page.reload()
    await expect(page.locator("#f-text")).to_have_value("الموقع 1.fc-magdeburg.de")


@in_chromium
async def test_page_is_not_left_with_words_that_could_not_be_kept(desk: Stage, page: Page) -> None:
    number = release(desk)
    await page.goto(f"/review/{number}")
    await page.route("**/draft", lambda route: route.abort())
    asked: list[str] = []

    async def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    page.on("dialog", stay)
    await page.get_by_text("Answer the person", exact=True).click()
    await page.locator("#f-text").press_sequentially("نص")
    await expect(page.locator("#kept")).to_contain_text("Not kept")
    await page.get_by_role("link", name="I need a break").click(no_wait_after=True)
    await expect(page.locator("#f-text")).to_have_value("نص")
    assert asked == ["beforeunload"]
