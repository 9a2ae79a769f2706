"""Where people land: tasks done right there, the share of confirmed answers, questions that wait."""

import datetime as dt
import html
import re

from bot.models import Counter
from bot.services.editing_content import find_body, propose
from bot.services.listing_tasks import A_WEEK, put_away
from bot.services.reviewing import add_item
from bot.states import Role
from tests.desk.browser import Browser
from tests.desk.conftest import Stage

_TASK = re.compile(r'name="task" value="([^"]+)"')


def ask(desk: Stage, topic: str, count: int, language: str = "ar") -> None:
    with desk.services.database.writing() as session:
        session.add(Counter(day=desk.clock.today(), what="answer", topic=topic, language=language, count=count))


def release(desk: Stage, language: str) -> None:
    with desk.services.database.writing() as session:
        add_item(session, "chat", language, "?", ("find_flat",), desk.services.vault, desk.clock.now())


def tasks(browser: Browser) -> list[str]:
    return _TASK.findall(browser.get("/").text)


def find_task(desk: Stage, browser: Browser, name: str) -> str:
    """Return the start page as it shows a task; what stands before it is put away."""
    for _ in range(60):
        found = tasks(browser)
        if name in found:
            page = browser.text
            end = page.index(f'value="{name}"')
            return page[page.rindex('<li class="card">', 0, end) : end]
        for other in found:
            with desk.services.database.writing() as session:
                today = desk.clock.today()
                put_away(session, other, None, today + A_WEEK, today)
    raise AssertionError(name)


def test_editor_lands_on_at_most_ten_tasks_with_what_does_harm_first(desk: Stage) -> None:
    editor = desk.client(Role.EDITOR)
    found = tasks(editor)
    assert len(found) == 10
    assert editor.text.count("a mistake here does harm") == 10
    assert "Your half hour" in editor.text
    assert "After these" in editor.text


def test_fact_is_confirmed_with_one_click_and_leaves_the_list(desk: Stage) -> None:
    editor = desk.client(Role.EDITOR)
    task = next(name for name in tasks(editor) if name.startswith("confirm:"))
    key = task.removeprefix("confirm:")
    form = re.search(
        rf'action="(/facts/(\w+)/{key}/confirm)".+?name="shown" value="(\w+)".+?name="confirmed_by" value="([^"]*)"',
        editor.text,
        re.DOTALL,
    )
    assert form
    editor.post(form[1], shown=form[3], confirmed_by=form[4] or "Amt", after="/")
    assert editor.path == "/"
    assert task not in tasks(editor)
    with desk.services.database.reading() as session:
        body = find_body(session, f"{form[2]}.yml", key)
    assert body
    assert body["confirmed_on"] == desk.clock.today().isoformat()


def test_rule_is_told_in_the_sentences_of_the_answers_and_by_its_figures(desk: Stage) -> None:
    content = desk.services.live.get()
    rule = content.rules["address-registration"]
    editor = desk.client(Role.EDITOR)
    for page in (editor.get("/facts/rules/address-registration").text, find_task(desk, editor, f"confirm:{rule.id}")):
        card = page[page.index('<ul class="sentences" lang="de">') :]
        assert "{" not in card[: card.index("</ul>")]
        assert card.index('<code class="quiet">deadline</code>') < card.index("What the source says:")
        assert rule.statement in html.unescape(card)
        assert "With this you vouch for: What the rule says, Numbers." in card


def test_confirming_says_which_fields_it_covers(desk: Stage) -> None:
    page = desk.client(Role.EDITOR).get("/facts/places/stadtbibliothek").text
    assert "With this you vouch for: Address, Web page, Opening hours." in page
    assert 'aria-describedby="covers"' in page


def test_source_page_stands_beside_the_task_and_learns_nothing_of_the_desk(desk: Stage) -> None:
    editor = desk.client(Role.EDITOR)
    key = next(name for name in tasks(editor) if name.startswith("confirm:")).removeprefix("confirm:")
    fact = desk.services.live.get().find_fact(key)
    assert fact
    assert f'href="{fact.source_url.replace("&", "&amp;")}" rel="noreferrer"' in editor.text


def test_task_put_away_comes_back_in_a_week(desk: Stage) -> None:
    editor = desk.client(Role.EDITOR)
    first = tasks(editor)[0]
    editor.post("/tasks/later", task=first)
    assert editor.path == "/"
    assert first not in tasks(editor)
    assert first in tasks(desk.client(Role.ADMIN))
    desk.clock.move(days=7)
    assert first in tasks(desk.client(Role.EDITOR))


def test_what_is_no_task_is_not_found(desk: Stage) -> None:
    editor = desk.client(Role.EDITOR)
    tasks(editor)
    assert editor.post("/tasks/later", task="<script>").status_code == 404


def test_gap_that_people_ask_for_is_postponed_or_settled(desk: Stage) -> None:
    gap = next(gap for gap in desk.services.live.get().gaps.values() if gap.topics == ("find_flat",))
    ask(desk, "find_flat", 5000)
    editor = desk.client(Role.EDITOR)
    for _ in range(30):  # what is in a topic that does harm stands before it
        found = tasks(editor)
        if f"fill:{gap.id}" in found:
            break
        for name in found:
            editor.post("/tasks/later", task=name)
    assert f'action="/gaps/{gap.id}/settled"' in editor.text
    editor.post(f"/gaps/{gap.id}/later")
    assert f"fill:{gap.id}" not in tasks(editor)
    editor.post(f"/gaps/{gap.id}/settled")
    assert desk.services.live.get().gaps[gap.id].settled_on == desk.clock.today()
    assert editor.post("/gaps/nothing/settled").status_code == 404


def test_progress_is_told_in_words_and_as_a_bar(desk: Stage) -> None:
    editor = desk.client(Role.EDITOR)
    assert "No questions yet" in editor.get("/").text
    assert "<progress" not in editor.text
    ask(desk, "find_flat", 7)
    page = editor.get("/").text
    assert '<progress max="100" value="0"' in page
    assert "0 of 7 questions of the last 90 days" in page
    assert "A month ago there were no questions" in page


def test_translator_gets_texts_of_their_languages_by_demand(desk: Stage) -> None:
    ask(desk, "official_letter", 3, "uk")
    ask(desk, "work_permit", 9, "uk")
    ask(desk, "official_letter", 99, "fa")
    translator = desk.client(Role.TRANSLATOR, languages=("uk",))
    found = tasks(translator)
    assert found[:2] == ["read:work_permit:uk", "read:official_letter:uk"]
    assert {name.split(":")[0] for name in found} == {"read"}
    assert 'href="/answers/work_permit/uk"' in translator.text


def test_translation_that_somebody_proposed_is_no_task_for_them_any_more(desk: Stage) -> None:
    ask(desk, "find_flat", 9)
    author, other = desk.client(Role.TRANSLATOR, "Tara"), desk.client(Role.TRANSLATOR, "Toni")
    assert "read:find_flat:ar" in tasks(author)
    with desk.services.database.writing() as session:
        known = find_body(session, "ar/housing.yml", "find_flat")
        propose(session, "ar/housing.yml", "find_flat", known, "Tara", desk.clock.now())
    assert "read:find_flat:ar" not in tasks(author)
    assert "read:find_flat:ar" in tasks(other)
    assert '/answers?languages=own&amp;standing=to_read"' in author.text


def test_translation_stands_in_its_own_direction(desk: Stage) -> None:
    translator = desk.client(Role.TRANSLATOR, languages=("ar",))
    tasks(translator)
    assert re.search(r'<h2 id="task-1" lang="ar" dir="rtl">', translator.text)


def test_proposal_that_waits_is_a_task(desk: Stage) -> None:
    with desk.services.database.writing() as session:
        body = find_body(session, "places.yml", "emergency-112")
        propose(session, "places.yml", "emergency-112", body, "Tom", desk.clock.now())
    ask(desk, "crisis", 1)
    editor = desk.client(Role.EDITOR)
    assert "decide" in tasks(editor)
    assert 'href="/proposals"' in editor.text


def test_when_all_is_put_away_the_page_says_so(desk: Stage) -> None:
    translator = desk.client(Role.TRANSLATOR, languages=("de",))
    assert tasks(translator) == []
    assert "Nothing waits for you" in translator.text


def test_volunteer_sees_how_many_questions_wait_in_their_languages(desk: Stage) -> None:
    for language in ("ar", "uk"):
        release(desk, language)
    volunteer = desk.client(Role.VOLUNTEER, languages=("ar",))
    volunteer.post("/me/tour")
    page = volunteer.get("/").text
    assert "1 question waits in your languages" in page
    assert 'class="button" href="/review/next"' in page
    assert tasks(volunteer) == []


def test_volunteer_without_questions_is_told_so(desk: Stage) -> None:
    volunteer = desk.client(Role.VOLUNTEER, languages=("fa",))
    volunteer.post("/me/tour")
    assert "Nobody waits for an answer in Persian right now" in volunteer.get("/").text


def test_volunteer_on_a_break_sees_no_questions_until_it_is_over(desk: Stage) -> None:
    release(desk, "ar")
    volunteer = desk.client(Role.VOLUNTEER, languages=("ar",))
    volunteer.post("/me/tour")
    until = desk.clock.today() + dt.timedelta(days=3)
    volunteer.get("/me")
    volunteer.post("/me/pause", until=until.isoformat())
    assert "You take a break" in volunteer.get("/").text
    assert 'class="button" href="/review/next"' not in volunteer.text
    desk.clock.move(days=3)
    again = desk.client(Role.VOLUNTEER)
    assert "1 question waits" in again.get("/").text


def test_admin_is_told_of_questions_that_nobody_takes(desk: Stage) -> None:
    release(desk, "tr")
    admin = desk.client(Role.ADMIN)
    admin.get("/")
    assert "Questions that nobody takes" in admin.text
    assert "Nobody at the desk reads this language." in admin.text
    assert 'href="/review/1"' in admin.text
    assert admin.get("/review/1").status_code == 200
    assert "Questions that nobody takes" not in desk.client(Role.EDITOR).get("/").text


def test_editor_is_told_of_questions_in_their_languages(desk: Stage) -> None:
    release(desk, "ar")
    assert "1 question of a person waits" in desk.client(Role.EDITOR).get("/").text
