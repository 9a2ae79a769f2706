"""Answers at the desk: the matrix, the form, proposals, histories, and what the bot says then."""

import html
import re
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.async_api import expect

from bot.desk.telling_changes import _name_found_things
from bot.desk.visit import SESSION_COOKIE
from bot.errors import ConflictError
from bot.i18n import get_strings
from bot.languages import LANGUAGES
from bot.messages.content import Answer, count_characters
from bot.models import ContentEntry, Revision
from bot.services import checking_prose
from bot.services.comparing_texts import Span, compare_bodies, compare_texts
from bot.services.editing_content import find_body, find_taken_back, list_proposals, list_revisions, save
from bot.services.listing_standings import Standing, find_standing, search_topics
from bot.services.naming_groups import name_group
from bot.services.preparing_answers import FaultKind, FieldFault, check_answer, find_faults, publish_answer
from bot.services.storing_content import fingerprint_body
from bot.states import Group, Role, TranslationState
from tests.desk.browser import Browser
from tests.desk.chromium import running_chromium
from tests.desk.conftest import Stage

TOPIC = "register_address"
FILE = "housing.yml"


def body(desk: Stage, language: str) -> dict[str, object]:
    with desk.services.database.reading() as session:
        found = find_body(session, f"{language}/{FILE}", TOPIC)
        assert isinstance(found, dict)
        return found


def answer(desk: Stage, language: str) -> Answer:
    return desk.services.live.get().answers[language][TOPIC]


def standing(desk: Stage, language: str, topic: str = TOPIC) -> Standing:
    return find_standing(desk.services.live.get(), language, topic)


def typed(desk: Stage, language: str, **changes: object) -> dict[str, Any]:
    """Return the fields of the form as a browser sends them, with the changes that a person made."""
    known = answer(desk, language)
    fields: dict[str, Any] = {
        "title": known.title,
        "keywords": ", ".join(known.keywords),
        "text": known.text,
        "seen": fingerprint_body(body(desk, language)),
        "do": "publish",
    }
    fields |= {f"steps-{number}": step for number, step in enumerate(known.steps, 1)}
    fields |= {f"bring-{number}": item for number, item in enumerate(known.bring, 1)}
    for number, variant in enumerate(known.variants, 1):
        fields |= {f"variants-{number}": variant.text, f"groups-{number}": [str(group) for group in variant.groups]}
    return fields | changes


def open_and_send(browser: Browser, desk: Stage, language: str, **changes: object) -> int:
    browser.get(f"/answers/{TOPIC}/{language}")
    return browser.post(f"/answers/{TOPIC}/{language}", **typed(desk, language, **changes)).status_code


# The matrix.


def test_matrix_shows_how_each_answer_stands(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    browser.get("/answers")
    cell = re.search(rf'href="/answers/{TOPIC}/ar" aria-label="([^"]+)"', browser.text)
    assert cell
    assert cell[1].endswith("by machine")
    browser.get("/answers?field=housing&standing=outdated")
    assert "No topic has an answer in this state" in browser.text


def test_matrix_of_ones_own_languages_shows_what_is_to_read_there(desk: Stage) -> None:
    with desk.services.database.writing() as session:
        changed = {**body(desk, "ar"), "translation": "reviewed"}
        save(session, f"ar/{FILE}", TOPIC, changed, "Ana", desk.clock.now(), seen=body(desk, "ar"))
    translator = desk.client(Role.TRANSLATOR, languages=("ar",))
    page = translator.get("/answers?languages=own&standing=to_read").text
    assert f'href="/answers/{TOPIC}/ar"' not in page
    assert 'href="/answers/find_flat/ar"' in page
    assert page.count('scope="col"') == 2
    assert f'href="/answers/{TOPIC}/ar"' in translator.get("/answers?languages=own").text
    nobody = desk.client(Role.EDITOR, "Eva", languages=())
    assert nobody.get("/answers?languages=own&standing=to_read").text.count('scope="col"') == 1 + len(LANGUAGES)


def find_rows(page: str) -> set[str]:
    return set(re.findall(r'href="/answers/(\w+)/de">', page))


@pytest.mark.parametrize("language", ["de", "ar", "ru"])
def test_matrix_is_searched_by_a_title_in_any_language(desk: Stage, language: str) -> None:
    editor = desk.client(Role.EDITOR)
    page = editor.get(f"/answers?{urlencode({'q': answer(desk, language).title.upper()})}").text
    assert TOPIC in find_rows(page)
    assert len(find_rows(page)) < len(find_rows(editor.get("/answers?q=").text)) / 2


def test_matrix_is_searched_by_topic_id_and_keyword(desk: Stage) -> None:
    editor, content = desk.client(Role.EDITOR), desk.services.live.get()
    assert find_rows(editor.get(f"/answers?q={TOPIC}").text) == {TOPIC}
    assert find_rows(editor.get(f"/answers?q={TOPIC}&field=health").text) == set()
    keyword = content.answers["uk"][TOPIC].keywords[0]
    assert TOPIC in search_topics(content, keyword)
    assert search_topics(content, keyword) < search_topics(content, "  ") == set(content.topics)


def test_matrix_search_wants_every_word_and_explains_an_empty_result(desk: Stage) -> None:
    editor, word = desk.client(Role.EDITOR), answer(desk, "de").title.split()[0]
    assert TOPIC in find_rows(editor.get(f"/answers?{urlencode({'q': word})}").text)
    page = editor.get(f"/answers?{urlencode({'q': f'{word} <nowhere>'})}").text
    assert find_rows(page) == set()
    assert "No topic has all of these words in a title" in page
    assert 'value="' + html.escape(f"{word} <nowhere>") + '"' in page
    assert "No topic has all of these words" not in editor.get(f"/answers?{urlencode({'q': word})}").text


def test_standings_are_told_apart(desk: Stage) -> None:
    now = desk.clock.now()
    assert standing(desk, "de") is Standing.REVIEW
    assert standing(desk, "ar") is Standing.MACHINE_DRAFT
    with desk.services.database.writing() as session:
        changed = {**body(desk, "ar"), "translation": "reviewed"}
        save(session, f"ar/{FILE}", TOPIC, changed, "Ana", now, seen=body(desk, "ar"))
        session.delete(session.get_one(ContentEntry, (f"uk/{FILE}", TOPIC)))
    assert standing(desk, "ar") is Standing.REVIEWED
    assert standing(desk, "uk") is Standing.MISSING


def test_title_in_the_matrix_leads_to_the_german_answer(desk: Stage) -> None:
    title = answer(desk, "de").title
    assert f'<a href="/answers/{TOPIC}/de">{title}</a>' in desk.client(Role.EDITOR).get("/answers").text
    translator = desk.client(Role.TRANSLATOR, languages=("ar",))
    assert f'href="/answers/{TOPIC}/de"' not in translator.get("/answers").text


# The form.


def test_form_has_the_german_beside_and_what_each_placeholder_prints(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    browser.get(f"/answers/{TOPIC}/ar")
    assert answer(desk, "de").steps[0] in browser.text
    assert 'data-insert="{behoerdennummer-115.phone}"' in browser.text
    assert re.search(r'behoerdennummer-115.phone}</button> <span><bdi lang="ar">115</bdi>', browser.text)


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("fr", "ltr")])
def test_preview_runs_in_the_direction_of_its_language(desk: Stage, language: str, direction: str) -> None:
    browser = desk.client(Role.EDITOR)
    browser.get(f"/answers/{TOPIC}/{language}")
    assert f'<div class="bubble" dir="{direction}">' in browser.text


def test_preview_shows_what_was_typed_and_stores_nothing(desk: Stage) -> None:
    browser, before = desk.client(Role.EDITOR), body(desk, "de")
    browser.get(f"/answers/{TOPIC}/de")
    fields = typed(desk, "de", text="Ganz **neu**: {behoerdennummer-115.phone} <b>", do="preview")
    assert browser.post(f"/answers/{TOPIC}/de/preview", **fields).status_code == 200
    assert "Ganz <b>neu</b>: 115 &lt;b&gt;" in browser.text
    assert "<html" not in browser.text
    browser.get(f"/answers/{TOPIC}/de")
    assert browser.post(f"/answers/{TOPIC}/de", **fields).status_code == 200
    assert "Ganz <b>neu</b>" in browser.text
    assert body(desk, "de") == before


def test_preview_of_an_unknown_placeholder_says_what_is_missing(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    browser.get(f"/answers/{TOPIC}/de")
    browser.post(f"/answers/{TOPIC}/de/preview", **typed(desk, "de", text="Bei {nowhere.phone}"))
    assert "every placeholder names a fact" in browser.text


def test_preview_without_javascript_lands_at_the_preview(desk: Stage) -> None:
    page = desk.client(Role.EDITOR).get(f"/answers/{TOPIC}/ar").text
    assert f'formaction="/answers/{TOPIC}/ar#preview"' in page
    assert f'<form method="post" action="/answers/{TOPIC}/ar" ' in page
    assert page.count('id="preview"') == 1


def test_read_and_right_stands_below_the_form_and_says_what_it_leaves_out(desk: Stage) -> None:
    page = desk.client(Role.EDITOR).get(f"/answers/{TOPIC}/ar").text
    assert page.index("what you have typed above since then is not saved") > page.index('id="preview"')
    assert page.index(f'action="/answers/{TOPIC}/ar/confirm"') > page.index('id="preview"')


def test_error_blocks_the_save_and_keeps_what_was_typed(desk: Stage) -> None:
    browser, before = desk.client(Role.EDITOR), body(desk, "de")
    assert open_and_send(browser, desk, "de", text="Rufen Sie an: 0391 1234567") == 400
    assert "a phone number of its own: 0391 1234567" in browser.text
    assert ">Rufen Sie an: 0391 1234567</textarea>" in browser.text
    assert body(desk, "de") == before


def test_length_is_told_at_the_field_with_the_limit(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    assert open_and_send(browser, desk, "de", title="x" * 61, **{"steps-2": ""}, text="y" * 651) == 400
    assert 'id="e-title"' in browser.text
    assert "1 character too many: at most 60 fit." in browser.text
    assert "1 character too many: at most 650 fit, a placeholder counts as 15." in browser.text


def test_placeholder_counts_as_15_however_long_its_name_is(desk: Stage) -> None:
    assert count_characters("Tel. {behoerdennummer-115.phone}") == len("Tel. ") + 15
    known, long = body(desk, "de"), "{address-registration.deadline} "
    assert find_faults({**known, "text": long * 40}) == ()
    assert find_faults({**known, "text": long * 41}) == (FieldFault("text", FaultKind.TOO_LONG, 650, 5, 15),)
    assert find_faults({**known, "bring": ["x" * 83]}) == (FieldFault("bring 1", FaultKind.TOO_LONG, 80, 3, 15),)


async def test_browser_counts_what_is_left_as_the_checks_do(desk: Stage) -> None:
    token = desk.client(Role.EDITOR).cookie(SESSION_COOKIE)
    async with running_chromium() as chromium:
        context = await chromium.new_context(base_url=desk.address, locale="en")
        await context.add_cookies([{"name": SESSION_COOKIE, "value": token or "", "url": desk.address}])
        page = await context.new_page()
        await page.goto(f"/answers/{TOPIC}/de")
        hint = page.locator("#l-text")
        await expect(hint).to_have_text(f"Characters left: {650 - count_characters(answer(desk, 'de').text)}")
        for text in ("x" * 650, "😀{address-registration.deadline}", "x" * 653):
            await page.fill("#f-text", text)
            left = 650 - count_characters(text)
            await expect(hint).to_have_text(f"Characters {'too many' if left < 0 else 'left'}: {abs(left)}")


def test_without_scripts_the_limit_stands_at_the_field(desk: Stage) -> None:
    page = desk.client(Role.EDITOR).get(f"/answers/{TOPIC}/ar").text
    assert re.search(r'id="l-text"[^>]*>At most 650 characters<', page)
    assert re.search(r'id="f-text"[^>]*aria-describedby="h-text l-text"[^>]*data-limit="650"', page)


@pytest.mark.parametrize("changes", [{"do": "preview"}, {"text": ""}])
def test_reason_of_a_change_is_kept_until_it_is_sent(desk: Stage, changes: dict[str, str]) -> None:
    browser = desk.client(Role.EDITOR)
    open_and_send(browser, desk, "de", note="kürzer", **changes)
    assert re.search(r'name="note"[^>]*value="kürzer"', browser.text)


def test_translation_with_an_empty_step_says_so_at_that_step(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    assert open_and_send(browser, desk, "ar", **{"steps-2": ""}) == 400
    assert 'id="e-steps-2"' in browser.text
    assert answer(desk, "ar").steps[2] in browser.text


def test_translation_without_a_placeholder_of_the_german_is_blocked(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    changed = answer(desk, "ar").text.replace("{address-registration.deadline}", "")
    assert open_and_send(browser, desk, "ar", text=changed) == 400
    assert "lacks {address-registration.deadline}" in browser.text


def test_warning_informs_and_does_not_block(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    assert open_and_send(browser, desk, "de", keywords="Anmeldung") == 200
    assert answer(desk, "de").keywords == ("Anmeldung",)
    assert "1 keywords, at least 5 help" in browser.text


def test_findings_are_read_in_the_language_of_the_page(desk: Stage) -> None:
    words = _name_found_things(get_strings("en"))
    kinds = {name for name, _ in checking_prose._VALUES} | {name for name, _ in checking_prose._FOREIGN.values()}
    assert kinds | {script.capitalize() for script in checking_prose._SCRIPTS.values()} == set(words)
    content = desk.services.live.get()
    broken = answer(desk, "de").model_copy(update={"title": "{x"})
    found = [f for f in check_answer(content, "de", TOPIC, broken, desk.clock.today()) if f.level == "error"]
    assert [(f.part, f.template) for f in found] == [("title", "no placeholder can stand here")]


def test_checks_of_one_answer_take_less_than_three_tenths_of_a_second(desk: Stage) -> None:
    content = desk.services.live.get()
    begin = time.perf_counter()
    for language in ("de", "ar"):
        check_answer(content, language, TOPIC, answer(desk, language), desk.clock.today())
    assert time.perf_counter() - begin < 0.6


# Saving.


def test_translation_saved_by_a_person_is_reviewed_and_made_from_the_german_of_now(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    assert open_and_send(browser, desk, "ar", title="تسجيل العنوان الجديد") == 200
    saved = answer(desk, "ar")
    assert saved.title == "تسجيل العنوان الجديد"
    assert saved.translation is TranslationState.REVIEWED
    assert saved.source == answer(desk, "de").fingerprint


def test_read_and_right_marks_a_translation_as_reviewed_in_one_click(desk: Stage) -> None:
    browser, before = desk.client(Role.EDITOR), answer(desk, "ar")
    browser.get(f"/answers/{TOPIC}/ar")
    browser.post(f"/answers/{TOPIC}/ar/confirm", seen=fingerprint_body(body(desk, "ar")))
    assert standing(desk, "ar") is Standing.REVIEWED
    assert answer(desk, "ar").fingerprint == before.fingerprint


def test_missing_translation_begins_with_the_structure_of_the_german(desk: Stage) -> None:
    known = typed(desk, "tr")
    with desk.services.database.writing() as session:
        session.delete(session.get_one(ContentEntry, (f"tr/{FILE}", TOPIC)))
        save(session, "tr/fields.yml", "housing", "Konut", "Ana", desk.clock.now(), seen="Ev")
    browser = desk.client(Role.EDITOR)
    browser.get(f"/answers/{TOPIC}/tr")
    assert browser.text.count('name="steps-') == len(answer(desk, "de").steps)
    assert browser.text.count('name="variants-') == len(answer(desk, "de").variants)
    browser.post(f"/answers/{TOPIC}/tr", **known | {"seen": fingerprint_body(None)})
    assert standing(desk, "tr") is Standing.REVIEWED


def test_changed_german_sentence_makes_the_others_outdated_for_that_topic_alone(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    changed = answer(desk, "de").text.replace("Das kostet nichts.", "Das ist kostenlos.")
    assert open_and_send(browser, desk, "de", text=changed) == 200
    content = desk.services.live.get()
    outdated = {
        (topic, tag)
        for tag, known in content.answers.items()
        for topic in known
        if find_standing(content, tag, topic) is Standing.OUTDATED
    }
    assert outdated == {(TOPIC, tag) for tag in content.answers if tag != "de"}
    browser.get(f"/answers/{TOPIC}/ar")
    assert "<del>kostet nichts</del><ins>ist kostenlos</ins>" in browser.text


def test_publishing_german_says_how_many_translations_are_outdated(desk: Stage) -> None:
    editor = desk.client(Role.EDITOR)
    open_and_send(editor, desk, "ar", title="تسجيل العنوان الجديد")
    assert "outdated now" not in editor.text
    open_and_send(editor, desk, "de", title="Adresse melden")
    assert "7 translations are outdated now." in editor.text


def test_page_after_a_save_leads_to_the_history(desk: Stage) -> None:
    editor = desk.client(Role.EDITOR)
    assert "See what has changed" not in editor.get(f"/answers/{TOPIC}/de").text
    open_and_send(editor, desk, "de", title="Adresse melden")
    assert "See what has changed, or take it back</a>" in editor.text


@pytest.mark.parametrize("state", ["draft", "review"])
def test_who_publishes_means_it_unless_they_choose_another_state(desk: Stage, state: str) -> None:
    with desk.services.database.writing() as session:
        changed = {**body(desk, "de"), "state": state, "title": "Neu"}
        save(session, f"de/{FILE}", TOPIC, changed, "Ana", desk.clock.now(), seen=body(desk, "de"))
    page = desk.client(Role.EDITOR).get(f"/answers/{TOPIC}/de").text
    assert '<option value="public" selected>' in page
    assert 'name="state"' not in desk.client(Role.TRANSLATOR).get(f"/answers/{TOPIC}/de").text
    assert body(desk, "de")["state"] == state


def test_state_that_was_chosen_stays_on_the_form_after_a_preview(desk: Stage) -> None:
    open_and_send(browser := desk.client(Role.EDITOR), desk, "de", state="draft", do="preview")
    assert '<option value="draft" selected>' in browser.text


def test_groups_that_nobody_touched_keep_their_order(desk: Stage) -> None:
    variants = answer(desk, "de").variants
    used = {group for variant in variants for group in variant.groups}
    number, known = next((n, [*v.groups]) for n, v in enumerate(variants, 1) if len(v.groups) > 1)
    other = next(group for group in Group if group not in used)
    editor = desk.client(Role.EDITOR)
    in_another_order = [str(group) for group in (other, *reversed(known))]
    assert open_and_send(editor, desk, "de", title="Neu", **{f"groups-{number}": in_another_order}) == 200
    assert [*answer(desk, "de").variants[number - 1].groups] == [*known, other]
    history = editor.get(f"/history?file=de/{FILE}&key={TOPIC}").text
    names = [name_group(group, get_strings("en")) for group in (*known, other)]
    assert f"{', '.join(names[:-1])}, <ins>{names[-1]}</ins>" in html.unescape(history)


def test_state_of_the_german_is_chosen_by_who_may_publish(desk: Stage) -> None:
    assert open_and_send(desk.client(Role.EDITOR), desk, "de", state="public") == 200
    assert standing(desk, "de") is Standing.PUBLIC
    assert standing(desk, "ar") is Standing.MACHINE_DRAFT
    translator = desk.client(Role.TRANSLATOR)
    assert open_and_send(translator, desk, "de", state="draft", title="Adresse melden", do="propose") == 200
    with desk.services.database.reading() as session:
        assert list_proposals(session)[0].body["state"] == "public"


def test_second_writer_is_told_and_keeps_their_words(desk: Stage) -> None:
    first, second = desk.client(Role.EDITOR, "Eva"), desk.client(Role.EDITOR, "Emil")
    second.get(f"/answers/{TOPIC}/de")
    late = typed(desk, "de", title="Wohnung anmelden")
    assert open_and_send(first, desk, "de", title="Adresse anmelden") == 200
    assert second.post(f"/answers/{TOPIC}/de", **late).status_code == 409
    assert "<del>Adresse</del><ins>Wohnung</ins>" in second.text
    assert 'value="Wohnung anmelden"' in second.text
    assert answer(desk, "de").title == "Adresse anmelden"
    found = re.search(r'name="seen" value="(\w+)"', second.text)
    assert found
    assert second.post(f"/answers/{TOPIC}/de", **late | {"seen": found[1]}).status_code == 200
    assert answer(desk, "de").title == "Wohnung anmelden"


def test_service_refuses_what_was_written_on_an_older_text(desk: Stage) -> None:
    with pytest.raises(ConflictError), desk.services.database.writing() as session:
        publish_answer(session, f"de/{FILE}", TOPIC, body(desk, "de"), "Eva", desk.clock.now(), seen="another")


def test_nothing_different_leaves_no_revision(desk: Stage) -> None:
    assert open_and_send(desk.client(Role.EDITOR), desk, "de", state="review") == 200
    with desk.services.database.reading() as session:
        assert list_revisions(session, f"de/{FILE}", TOPIC) == []


# Who may.


def test_translator_proposes_and_an_editor_lets_it_go_live(desk: Stage) -> None:
    translator, editor = desk.client(Role.TRANSLATOR), desk.client(Role.EDITOR)
    before = answer(desk, "ar").title
    assert open_and_send(translator, desk, "ar", title="تسجيل العنوان الجديد", note="kürzer") == 200
    assert "Another person reads it" in translator.text
    assert answer(desk, "ar").title == before
    editor.get("/proposals")
    assert "kürzer" in editor.text
    number = re.search(r'action="/proposals/(\d+)"', editor.text)
    assert number
    editor.post(f"/proposals/{number[1]}", do="approve")
    assert answer(desk, "ar").title == "تسجيل العنوان الجديد"
    assert editor.post(f"/proposals/{number[1]}", do="approve").status_code == 409


def test_author_goes_on_from_what_they_proposed_and_sees_what_became_of_it(desk: Stage) -> None:
    translator, editor = desk.client(Role.TRANSLATOR), desk.client(Role.EDITOR)
    assert open_and_send(translator, desk, "ar", title="عنوان أول", do="propose") == 200
    assert 'value="عنوان أول"' in translator.get(f"/answers/{TOPIC}/ar").text
    assert 'value="عنوان أول"' not in editor.get(f"/answers/{TOPIC}/ar").text
    assert open_and_send(translator, desk, "ar", title="عنوان ثان", do="propose") == 200
    with desk.services.database.reading() as session:
        (waiting,) = list_proposals(session)
    assert waiting.body["title"] == "عنوان ثان"
    editor.get("/proposals")
    editor.post(f"/proposals/{waiting.id}", do="approve")
    became = translator.get("/proposals").text.split("What became of yours")[1]
    assert became.index("published") < became.index("withdrawn")
    assert "What became of yours" not in desk.client(Role.TRANSLATOR, "Toni").get("/proposals").text


def test_what_is_to_be_brought_stays_on_one_line(desk: Stage) -> None:
    editor, first = desk.client(Role.EDITOR), answer(desk, "ar").bring[0]
    assert open_and_send(editor, desk, "ar", **{"bring-1": f"{first}\nمن فضلكم"}) == 200
    assert answer(desk, "ar").bring[0] == f"{first} من فضلكم"


def test_part_that_is_wrong_is_named_with_a_way_to_it(desk: Stage) -> None:
    editor = desk.client(Role.EDITOR)
    assert open_and_send(editor, desk, "ar", title="") == 400
    assert '<a href="#f-title">' in editor.text


def test_proposal_stands_on_its_page_and_is_not_to_be_read_by_its_author(desk: Stage) -> None:
    translator, other = desk.client(Role.TRANSLATOR, "Tara"), desk.client(Role.TRANSLATOR, "Toni")
    assert "Propose it as read" in translator.get(f"/answers/{TOPIC}/ar").text
    translator.post(f"/answers/{TOPIC}/ar/confirm", seen=fingerprint_body(body(desk, "ar")))
    assert "Your proposal waits for approval" in translator.text
    assert "<del>by machine</del> → <ins>read by a person</ins>" in translator.text
    assert "Propose it as read" not in translator.text
    assert "A proposal of Tara waits for approval" in other.get(f"/answers/{TOPIC}/ar").text
    assert "Propose it as read" in other.text


def test_author_withdraws_a_proposal_and_nobody_else_does(desk: Stage) -> None:
    author, other = desk.client(Role.TRANSLATOR, "Tara"), desk.client(Role.TRANSLATOR, "Toni")
    open_and_send(author, desk, "ar", title="تسجيل العنوان الجديد")
    found = re.search(r'action="(/proposals/\d+/withdraw)"', author.text)
    assert found
    assert found[1] not in other.get(f"/answers/{TOPIC}/ar").text
    assert other.post(found[1]).status_code == 403
    author.get("/proposals")
    author.post(found[1])
    assert author.path == f"/answers/{TOPIC}/ar"
    assert "Withdrawn." in author.text
    author.get("/proposals")
    assert author.post(found[1]).status_code == 409
    editor = desk.client(Role.EDITOR)
    editor.get("/proposals")
    assert editor.post(found[1].removesuffix("/withdraw"), do="approve").status_code == 409
    assert "withdrawn" in editor.get(f"/history?file=ar/{FILE}&key={TOPIC}").text


def test_proposals_and_histories_name_what_the_program_calls_by_codes(desk: Stage) -> None:
    editor = desk.client(Role.EDITOR)
    open_and_send(editor, desk, "ar", title="تسجيل العنوان الجديد")
    with desk.services.database.writing() as session:
        line = find_body(session, "de/fields.yml", "housing")
        save(session, "de/fields.yml", "housing", f"{line} und mehr", "Eva", desk.clock.now(), seen=line)
    page = editor.get(f"/history?file=ar/{FILE}&key={TOPIC}").text
    assert "<del>by machine</del> → <ins>read by a person</ins>" in page
    assert "machine_draft" not in page
    assert answer(desk, "de").fingerprint not in page
    assert "und mehr</ins>" in editor.get("/history?file=de/fields.yml&key=housing").text


def test_proposal_that_is_sent_back_changes_nothing(desk: Stage) -> None:
    translator, editor = desk.client(Role.TRANSLATOR), desk.client(Role.EDITOR)
    before = answer(desk, "ar").title
    open_and_send(translator, desk, "ar", title="تسجيل العنوان الجديد")
    with desk.services.database.reading() as session:
        number = list_proposals(session)[0].id
    editor.get("/proposals")
    editor.post(f"/proposals/{number}", do="reject")
    assert answer(desk, "ar").title == before
    assert "Nothing of yours waits" in translator.get("/proposals").text


def test_proposal_whose_fact_is_gone_cannot_go_live(desk: Stage) -> None:
    translator, editor = desk.client(Role.TRANSLATOR), desk.client(Role.EDITOR)
    open_and_send(translator, desk, "de", title="Adresse melden")
    with desk.services.database.writing() as session:
        number = list_proposals(session)[0].id
        session.delete(session.get_one(ContentEntry, ("places.yml", "behoerdennummer-115")))
        place = find_body(session, "places.yml", "auslaenderbehoerde")
        save(session, "places.yml", "auslaenderbehoerde", place, "Eva", desk.clock.now(), seen=place)
    editor.get("/proposals")
    assert editor.post(f"/proposals/{number}", do="approve").status_code == 400
    assert "there is no fact behoerdennummer-115" in editor.text


def test_translator_writes_in_no_language_but_their_own(desk: Stage) -> None:
    translator = desk.client(Role.TRANSLATOR, languages=("de", "ar"))
    translator.get("/answers")
    assert f'href="/answers/{TOPIC}/ar"' in translator.text
    assert f'href="/answers/{TOPIC}/uk"' not in translator.text
    assert translator.get(f"/answers/{TOPIC}/uk").status_code == 403
    translator.get("/answers")
    for path in ("", "/preview", "/confirm"):
        translator.get("/me")
        assert translator.post(f"/answers/{TOPIC}/uk{path}", **typed(desk, "uk", title="Інше")).status_code == 403
    with desk.services.database.reading() as session:
        assert list_proposals(session) == []


def test_translator_approves_nothing_and_sees_no_history(desk: Stage) -> None:
    translator = desk.client(Role.TRANSLATOR)
    open_and_send(translator, desk, "ar", title="تسجيل العنوان الجديد")
    with desk.services.database.reading() as session:
        number = list_proposals(session)[0].id
    assert translator.post(f"/proposals/{number}", do="approve").status_code == 403
    assert translator.get(f"/history?file=ar/{FILE}&key={TOPIC}").status_code == 403


def test_volunteer_sees_no_answers(desk: Stage) -> None:
    volunteer = desk.client(Role.VOLUNTEER)
    assert volunteer.get("/answers").status_code == 403
    assert volunteer.get(f"/answers/{TOPIC}/de").status_code == 403


def test_editor_without_second_factor_proposes_only(desk: Stage) -> None:
    editor = desk.client(Role.EDITOR, totp=False)
    before = answer(desk, "de").title
    assert open_and_send(editor, desk, "de", title="Adresse melden") == 200
    assert answer(desk, "de").title == before


def test_four_eyes_let_nobody_approve_their_own_words(desk: Stage) -> None:
    desk.change_settings(desk_four_eyes=True)
    author, other = desk.client(Role.EDITOR, "Eva"), desk.client(Role.EDITOR, "Emil")
    assert open_and_send(author, desk, "de", title="Adresse melden") == 200
    with desk.services.database.reading() as session:
        number = list_proposals(session)[0].id
    author.get("/proposals")
    assert author.post(f"/proposals/{number}", do="approve").status_code == 403
    assert answer(desk, "de").title != "Adresse melden"
    other.get("/proposals")
    other.post(f"/proposals/{number}", do="approve")
    assert answer(desk, "de").title == "Adresse melden"


# History.


def test_history_shows_each_revision_and_takes_one_back(desk: Stage) -> None:
    editor, before = desk.client(Role.EDITOR, "Eva"), answer(desk, "de").title
    open_and_send(editor, desk, "de", title="Adresse melden", note="kürzer")
    editor.get(f"/history?file=de/{FILE}&key={TOPIC}")
    assert "Eva" in editor.text
    assert "kürzer" in editor.text
    assert "<ins>" in editor.text
    number = re.search(r'action="/history/(\d+)"', editor.text)
    assert number
    editor.post(f"/history/{number[1]}")
    assert answer(desk, "de").title == before
    assert editor.text.count('action="/history/') == 2
    assert f"<q>takes back #{number[1]}</q>" in editor.text


def test_taking_back_says_first_what_will_be_said_and_that_it_can_be_undone(desk: Stage) -> None:
    editor, now = desk.client(Role.EDITOR, "Eva"), desk.clock.now()
    open_and_send(editor, desk, "de", title="Adresse melden")
    page = editor.get(f"/history?file=de/{FILE}&key={TOPIC}").text
    (asked,) = re.findall(r"<details>(.*?)</details>", page, re.DOTALL)
    assert asked.index("says again what it said before Eva changed it; this too can be taken back.") < asked.index(
        "<button"
    )
    assert page.count('action="/history/') == asked.count('action="/history/') == 1
    assert "Later changes" not in page
    with desk.services.database.writing() as session:
        line = find_body(session, "tr/fields.yml", "housing")
        session.delete(session.get_one(ContentEntry, ("tr/fields.yml", "housing")))
        save(session, "tr/fields.yml", "housing", line, "Ana", now, seen=None)
        save(session, "tr/fields.yml", "housing", "Ev", "Eva", now, seen=line)
    page = editor.get("/history?file=tr/fields.yml&key=housing").text
    later, first = re.findall(r"<details>(.*?)</details>", page, re.DOTALL)
    assert "does not say this any more, as before Ana added it; this too can be taken back." in first
    assert "Later changes of this entry go too." in first
    assert "Later changes" not in later


@pytest.mark.parametrize(("note", "number"), [("takes back #12", 12), ("takes back", None), ("12", None), (None, None)])
def test_revision_knows_which_one_it_takes_back(note: str | None, number: int | None) -> None:
    assert find_taken_back(Revision(note=note)) == number


def test_history_of_an_untouched_entry_explains_itself(desk: Stage) -> None:
    editor = desk.client(Role.EDITOR)
    assert "Nobody has changed this here yet" in editor.get("/history?file=places.yml&key=auslaenderbehoerde").text


def test_changes_of_all_entries_stand_on_one_page_newest_first(desk: Stage) -> None:
    editor = desk.client(Role.EDITOR)
    assert "Nobody has changed anything" in editor.get("/history").text
    for number in range(41):
        with desk.services.database.writing() as session:
            place = find_body(session, "places.yml", "caritas-ibbz") or {}
            save(session, "places.yml", place["id"], place, f"Eva {number}", desk.clock.now(), seen=place)
    page = editor.get("/history")
    assert page.text.index("Eva 40,") < page.text.index("Eva 1,")
    assert "Eva 0," not in page.text
    assert 'href="/history?file=places.yml&amp;key=caritas-ibbz"' in page.text
    older = re.search(r"/history\?before=\d+", page.text)
    assert older
    assert "Eva 0," in editor.get(older[0]).text
    assert "before=" not in editor.text
    assert editor.get(f"/history?before={'9' * 30}").status_code == 200


# Differences.


@pytest.mark.parametrize(
    ("old", "new", "spans"),
    [
        ("", "Neu.", (Span("added", "Neu."),)),
        ("Alt.", "", (Span("removed", "Alt."),)),
        ("Das Amt ist zu.", "Das Amt ist offen.", None),
        (
            "bei {a.phone}",
            "bei {b.phone}",
            (Span("same", "bei "), Span("removed", "{a.phone}"), Span("added", "{b.phone}")),
        ),
    ],
)
def test_difference_is_told_by_words(old: str, new: str, spans: tuple[Span, ...] | None) -> None:
    found = compare_texts(old, new)
    assert "".join(span.text for span in found if span.kind != "added") == old
    assert "".join(span.text for span in found if span.kind != "removed") == new
    assert spans is None or found == spans


def test_difference_of_entries_names_only_what_changed() -> None:
    old = {"title": "A", "steps": ["eins", "zwei"], "keywords": ["x"], "variants": [{"groups": ["eu"], "text": "t"}]}
    new = {
        "title": "A",
        "steps": ["eins", "drei"],
        "keywords": ["x", "y"],
        "variants": [{"groups": ["eu"], "text": "u"}],
    }
    assert [change.path for change in compare_bodies(old, new)] == [
        ("steps", 2),
        ("keywords",),
        ("variants", 1, "text"),
    ]
    assert compare_bodies(old, old) == ()
    swapped = {"variants": [{"groups": ["tolerated", "eu"]}]}
    added = {"variants": [{"groups": ["eu", "tolerated", "title"]}]}
    assert compare_bodies(swapped, {"variants": [{"groups": ["eu", "tolerated"]}]}) == ()
    (change,) = compare_bodies(swapped, added)
    assert [(span.kind, span.text) for span in change.spans] == [
        ("same", "tolerated"),
        ("same", "eu"),
        ("added", "title"),
    ]
    assert {span.kind for change in compare_bodies(old, None) for span in change.spans} == {"removed"}


def test_translation_of_a_german_that_changed_meanwhile_is_outdated(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    german = answer(desk, "de").fingerprint
    page = browser.get(f"/answers/{TOPIC}/ar").text
    assert page.count(f'name="german" value="{german}"') == 2
    before = body(desk, "de")
    with desk.services.database.writing() as session:
        changed = {**before, "text": f"{before['text']} Das ist neu."}
        save(session, f"de/{FILE}", TOPIC, changed, "Eva", desk.clock.now(), seen=before)
    browser.post(f"/answers/{TOPIC}/ar", **typed(desk, "ar", german=german, title="عنوان جديد"))
    assert answer(desk, "ar").title == "عنوان جديد"
    assert standing(desk, "ar") is Standing.OUTDATED


def test_note_that_is_long_is_cut_and_not_refused(desk: Stage) -> None:
    assert open_and_send(desk.client(Role.EDITOR), desk, "de", title="Neu", note="x" * 900) == 200
    with desk.services.database.reading() as session:
        assert list_revisions(session, f"de/{FILE}", TOPIC)[0].note == "x" * 400


def test_fact_that_others_name_cannot_be_taken_back(desk: Stage) -> None:
    place = {
        "id": "neu",
        "name": "Neu",
        "kind": "office",
        "phone": "115",
        "topics": [TOPIC],
        "source_url": "https://example.org",
        "seen": "2026-11-24",
    }
    now, database = desk.clock.now(), desk.services.database
    with database.writing() as session:
        added = save(session, "places.yml", "neu", place, "Eva", now, seen=None).id
        event = next(iter(desk.services.live.get().events))
        before = find_body(session, "events.yml", event)
        save(session, "events.yml", event, {**before, "ask": "neu"}, "Eva", now, seen=before)  # type: ignore[dict-item]
    browser = desk.client(Role.EDITOR)
    browser.get("/history?file=places.yml&key=neu")
    assert browser.post(f"/history/{added}").status_code == 400
    assert "neu" in desk.services.live.get().places
