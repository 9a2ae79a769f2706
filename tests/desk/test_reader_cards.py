"""What readers see of a place or an event: the topics that show it, and its line in each language."""

import html
import re
from copy import deepcopy
from typing import Any

import pytest

from bot.languages import LANGUAGES, TAGS
from bot.models import Revision
from bot.services.answering import build_answer, make_reader
from bot.services.checking_facts import MAX_PLACES
from bot.services.editing_content import find_body, list_proposals, list_revisions, save
from bot.services.storing_content import import_content
from bot.services.writing_lines import check_line
from bot.states import Group, RevisionState, Role
from tests.conftest import read_shipped
from tests.desk.browser import Browser
from tests.desk.conftest import Stage

Fields = dict[str, Any]
KEY, NAME = "beratung-probe", "Beratung Probe"
ROOMY, FULL = "interpreter", "german_courses"  # three places, and five
PAGE = f"/facts/places/{KEY}"
LINE = "Rat für alle, auch am Abend"
EMERGENCY = "emergency-112"


def add_place(desk: Stage, name: str = NAME, **changed: Any) -> Browser:
    """Add a place as an editor does, and return their browser on its page."""
    browser = desk.client(Role.EDITOR)
    browser.get("/facts/places/new")
    fields = {"name": name, "kind": "counselling", "phone": "0391 5404040", "url": "https://example.org"}
    browser.post("/facts/places/new", **{**fields, "topics": [ROOMY, FULL, "find_flat"], **changed})
    return browser


def choose(browser: Browser, page: str, *ticked: str, listing: tuple[str, ...] | None = None) -> int:
    """Send the card of topics as it stands on the page, with other boxes ticked."""
    text = browser.get(page).text
    was = re.findall(r'name="listing" value="(\w+)"', text) if listing is None else listing
    return browser.post(f"{page}/shown", shown=[*ticked], listing=[*was]).status_code


def write(browser: Browser, page: str, *, reopen: bool = True, **lines: str) -> int:
    """Send the card of lines as it stands on the page, with other words in some languages."""
    text = browser.get(page).text if reopen else browser.text
    seen = dict(re.findall(r'name="(seen-\w+)" value="(\w+)"', text))
    known = {f"line-{tag}": line(browser, tag) for tag in TAGS}
    changed = {f"line-{tag}": words for tag, words in lines.items()}
    return browser.post(f"{page}/lines", **{**seen, **known, **changed}).status_code


def line(browser: Browser, tag: str) -> str:
    """Return what stands in the field of a line."""
    found = re.search(rf'name="line-{tag}" value="([^"]*)"', browser.text)
    assert found
    return html.unescape(found[1])


def listed(desk: Stage, topic: str, kind: str = "places") -> tuple[str, ...]:
    found: tuple[str, ...] = getattr(desk.services.live.get().topics[topic], kind)
    return found


def said(desk: Stage, topic: str, language: str = "de") -> str:
    parts = build_answer(topic, desk.services.live.get(), make_reader(language, Group.UNKNOWN, desk.clock))
    return "\n".join(part.text for part in parts)


def lines_of(desk: Stage, key: str = KEY) -> dict[str, str]:
    lines = desk.services.live.get().fact_lines
    return {tag: lines[tag][key] for tag in TAGS if key in lines[tag]}


def revisions(desk: Stage, file: str, key: str) -> list[Revision]:
    with desk.services.database.reading() as session:
        return [*list_revisions(session, file, key)]


def put(desk: Stage, topic: str, *keys: str) -> None:
    """Let a topic list other places, as somebody else at the desk does."""
    with desk.services.database.writing() as session:
        tree: Any = find_body(session, "topics.yml", "tree")
        body = deepcopy(tree)
        (found,) = (each for field in body["fields"] for each in field["topics"] if each["id"] == topic)
        found["places"] = [*keys]
        save(session, "topics.yml", "tree", body, "Somebody", desk.clock.now(), seen=tree)


def change_place(desk: Stage, key: str, **fields: Any) -> None:
    with desk.services.database.writing() as session:
        body: Any = find_body(session, "places.yml", key)
        kept = {name: value for name, value in (body | fields).items() if value is not None}
        save(session, "places.yml", key, kept, "Somebody", desk.clock.now(), seen=body)


def want_four_eyes(desk: Stage) -> None:
    object.__setattr__(desk.services, "settings", desk.services.settings.model_copy(update={"desk_four_eyes": True}))


# The topics that show it.


def test_ticked_topic_shows_a_new_place_at_the_end(desk: Stage) -> None:
    browser, before = add_place(desk), listed(desk, ROOMY)
    assert NAME not in said(desk, ROOMY)
    assert choose(browser, PAGE, ROOMY) == 200
    assert listed(desk, ROOMY) == (*before, KEY)
    assert NAME in said(desk, ROOMY, "ar")
    (revision,) = revisions(desk, "topics.yml", "tree")
    assert (revision.author, revision.state) == ("editor", RevisionState.PUBLISHED)
    assert f'value="{ROOMY}" checked' in browser.text


def test_box_without_a_tick_takes_the_place_out_of_its_topic_alone(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    before = desk.services.live.get().topics
    shown = [topic for topic in desk.services.live.get().city if "caritas-ibbz" in before[topic].places]
    assert choose(browser, "/facts/places/caritas-ibbz", *shown[1:]) == 200
    after = desk.services.live.get().topics
    changed = [topic for topic in after if after[topic] != before[topic]]
    assert changed == shown[:1]
    assert after[shown[0]].places == tuple(key for key in before[shown[0]].places if key != "caritas-ibbz")


def test_saving_what_is_there_leaves_no_revision(desk: Stage) -> None:
    browser = add_place(desk)
    assert choose(browser, PAGE) == 200
    assert "nothing was changed" in browser.text
    assert revisions(desk, "topics.yml", "tree") == []


def test_event_that_is_ticked_stays_after_its_day(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    browser.get("/facts/events/new")
    event: Fields = {"name": "Probemesse", "organiser": "Niemand", "next_date": "2026-12-05"}
    event |= {"url": "https://example.org", "topics": ["job_search", "meet_employers"]}
    browser.post("/facts/events/new", **event)
    assert choose(browser, "/facts/events/probemesse", "job_search") == 200
    assert listed(desk, "job_search", "events")[-1] == "probemesse"
    desk.clock.move(days=20)
    assert "Probemesse" in said(desk, "job_search")
    assert "Probemesse" not in said(desk, "meet_employers")


def test_full_topic_takes_no_further_place_and_says_which_fill_it(desk: Stage) -> None:
    browser, before = add_place(desk), listed(desk, FULL)
    assert len(before) == MAX_PLACES
    assert choose(browser, PAGE, FULL, ROOMY) == 400
    assert listed(desk, FULL) == before
    assert KEY not in listed(desk, ROOMY)
    assert f"shows {MAX_PLACES} places already" in browser.text
    assert f'href="/facts/places/{before[0]}#shown"' in browser.text
    assert f'value="{FULL}" checked' in browser.text
    assert f'value="{ROOMY}" checked' in browser.text


def test_place_that_nobody_can_reach_is_not_shown(desk: Stage) -> None:
    browser = add_place(desk)
    change_place(desk, KEY, phone=None, url=None)
    assert choose(browser, PAGE, ROOMY) == 400
    assert "Nobody could reach" in browser.text
    assert KEY not in listed(desk, ROOMY)
    change_place(desk, KEY, address="Nirgendwo 1", address_secret=True)
    assert choose(browser, PAGE, ROOMY) == 400
    change_place(desk, KEY, address_secret=None)
    assert choose(browser, PAGE, ROOMY) == 200


def test_what_is_said_in_danger_is_not_chosen_here(desk: Stage) -> None:
    browser, before = desk.client(Role.EDITOR), listed(desk, "crisis")
    page = f"/facts/places/{EMERGENCY}"
    text = browser.get(page).text
    assert 'name="shown" value="crisis"' not in text
    assert 'name="listing" value="crisis"' not in text
    assert "not to be changed here" in text
    assert choose(browser, page, listing=("crisis",)) == 400
    add_place(desk, topics=[ROOMY])
    assert choose(browser, PAGE, "crisis") == 400
    assert choose(browser, PAGE, "out_of_scope", ROOMY) == 400
    assert listed(desk, "crisis") == before
    assert KEY not in listed(desk, ROOMY)


def test_topic_that_the_place_does_not_name_is_not_offered_and_not_taken(desk: Stage) -> None:
    browser = add_place(desk, topics=[ROOMY])
    assert 'name="shown" value="find_flat"' not in browser.get(PAGE).text
    assert choose(browser, PAGE, "find_flat") == 400
    assert KEY not in listed(desk, "find_flat")


def test_page_that_was_opened_earlier_loses_nobodys_change(desk: Stage) -> None:
    browser = add_place(desk)
    browser.get(PAGE)
    put(desk, ROOMY, *listed(desk, ROOMY), KEY)
    put(desk, "find_flat", "wobau")
    put(desk, "meet_employers", "ihk-magdeburg")
    # Ticks find_flat, and saw no tick at the other topic.
    assert browser.post(f"{PAGE}/shown", shown=["find_flat"]).status_code == 200
    assert listed(desk, "find_flat") == ("wobau", KEY)
    assert listed(desk, ROOMY)[-1] == KEY
    assert listed(desk, "meet_employers") == ("ihk-magdeburg",)


def test_four_eyes_make_proposals_and_each_is_approved_without_undoing_the_other(desk: Stage) -> None:
    add_place(desk)
    browser = add_place(desk, "Probe Zwei")
    want_four_eyes(desk)
    assert choose(browser, PAGE, ROOMY) == 200
    assert choose(browser, "/facts/places/probe-zwei", ROOMY) == 200
    assert KEY not in listed(desk, ROOMY)
    with desk.services.database.reading() as session:
        numbers = [proposal.id for proposal in list_proposals(session)]
    browser.get("/proposals")
    assert browser.post(f"/proposals/{numbers[0]}", do="approve").status_code == 403
    other = desk.client(Role.ADMIN)
    for number in numbers:
        other.get("/proposals")
        assert other.post(f"/proposals/{number}", do="approve").status_code == 200
    assert listed(desk, ROOMY)[-2:] == (KEY, "probe-zwei")
    second, _ = revisions(desk, "topics.yml", "tree")
    assert f'{KEY}"' in str(second.previous).replace("'", '"')


def test_proposal_is_not_approved_once_the_topic_is_full(desk: Stage) -> None:
    browser = add_place(desk)
    want_four_eyes(desk)
    choose(browser, PAGE, ROOMY)
    put(desk, ROOMY, *listed(desk, FULL))
    other = desk.client(Role.ADMIN)
    with desk.services.database.reading() as session:
        (proposal,) = list_proposals(session)
    other.get("/proposals")
    assert other.post(f"/proposals/{proposal.id}", do="approve").status_code == 400
    assert "places already" in other.text
    assert KEY not in listed(desk, ROOMY)


def test_change_is_taken_back_and_later_ones_stay(desk: Stage) -> None:
    browser, before = add_place(desk), listed(desk, ROOMY)
    choose(browser, PAGE, ROOMY)
    put(desk, "find_flat", "wobau")
    history = browser.get("/history?file=topics.yml&key=tree").text
    assert "Later changes stay as they are." in history
    first = revisions(desk, "topics.yml", "tree")[-1]
    assert browser.post(f"/history/{first.id}").status_code == 200
    assert listed(desk, ROOMY) == before
    assert listed(desk, "find_flat") == ("wobau",)


def test_removal_is_not_taken_back_where_others_took_the_room(desk: Stage) -> None:
    browser, before = desk.client(Role.EDITOR), listed(desk, FULL)
    place = f"/facts/places/{before[0]}"
    shown = re.findall(r'name="listing" value="(\w+)"', browser.get(place).text)
    choose(browser, place, *(topic for topic in shown if topic != FULL))
    (removal,) = revisions(desk, "topics.yml", "tree")
    add_place(desk)
    assert choose(browser, PAGE, FULL) == 200
    browser.get("/history?file=topics.yml&key=tree")
    assert browser.post(f"/history/{removal.id}").status_code == 400
    assert listed(desk, FULL) == (*before[1:], KEY)


def test_place_that_is_gone_comes_back_into_no_list(desk: Stage) -> None:
    browser = add_place(desk)
    choose(browser, PAGE, ROOMY)
    choose(browser, PAGE)
    removal, _ = revisions(desk, "topics.yml", "tree")
    (addition,) = revisions(desk, "places.yml", KEY)
    browser.get(f"/history?file=places.yml&key={KEY}")
    assert browser.post(f"/history/{addition.id}").status_code == 200
    assert KEY not in desk.services.live.get().places
    browser.get("/history?file=topics.yml&key=tree")
    assert browser.post(f"/history/{removal.id}").status_code == 400
    assert "is not there any more" in browser.text


def test_history_names_topics_and_places_in_words(desk: Stage) -> None:
    browser = add_place(desk)
    choose(browser, PAGE, ROOMY)
    text = browser.get("/history?file=topics.yml&key=tree").text
    assert re.search(r"<dt>Places below “👂 [^”]+”</dt>", text)
    assert f"<ins>{NAME}</ins>" in text
    assert text.count("<dt>") == 1


# The lines.


def test_new_place_leads_to_its_cards(desk: Stage) -> None:
    browser = add_place(desk)
    assert browser.path == PAGE
    assert "No answer shows this so far." in browser.text
    assert 'href="#shown"' in browser.text
    assert "missing: readers see only the name" not in browser.text
    choose(browser, PAGE, ROOMY)
    assert 'href="#lines"' in browser.text
    assert browser.text.count("missing: readers see only the name") == len(TAGS)
    assert 'href="#lines"' not in browser.get(PAGE).text


def test_fields_stand_in_their_language_and_direction_german_first(desk: Stage) -> None:
    text = desk.client(Role.EDITOR).get("/facts/places/caritas-ibbz").text
    found = re.findall(r'name="line-(\w+)" value="[^"]+" lang="(\w+)" dir="(\w+)"', text)
    assert found == [(each.tag, each.tag, each.direction) for each in LANGUAGES]
    assert found[0][0] == "de"


def test_changed_line_is_saved_alone_and_said(desk: Stage) -> None:
    browser, before = desk.client(Role.EDITOR), lines_of(desk, "caritas-ibbz")
    assert write(browser, "/facts/places/caritas-ibbz", de=f"  {LINE} ") == 200
    assert lines_of(desk, "caritas-ibbz") == before | {"de": LINE}
    assert LINE in said(desk, FULL)
    assert [len(revisions(desk, f"{tag}/facts.yml", "caritas-ibbz")) for tag in TAGS] == [1] + [0] * 7
    write(browser, "/facts/places/caritas-ibbz")
    assert "nothing was changed" in browser.text
    assert len(revisions(desk, "de/facts.yml", "caritas-ibbz")) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_line_that_ships_can_be_saved_as_it_is(desk: Stage) -> None:
    browser, content = desk.client(Role.EDITOR), desk.services.live.get()
    for tag, lines in content.fact_lines.items():
        for key, words in lines.items():
            found = check_line(content, tag, key, words, desk.clock.today())
            assert [finding for finding in found if finding.level == "error"] == []
            assert not re.search(r"[ \t\n]{2}", words)
    key = next(key for key, words in content.fact_lines["fr"].items() if "\u00a0" in words and key in content.places)
    assert write(browser, f"/facts/places/{key}") == 200
    assert "nothing was changed" in browser.text


def test_new_place_gets_lines_language_by_language(desk: Stage) -> None:
    browser = add_place(desk)
    choose(browser, PAGE, ROOMY)
    assert write(browser, PAGE, de=LINE, ar="استشارة للجميع") == 200
    assert lines_of(desk) == {"de": LINE, "ar": "استشارة للجميع"}
    assert browser.text.count("missing: readers see only the name") == len(TAGS) - 2
    assert "استشارة للجميع" in said(desk, ROOMY, "ar")
    assert LINE not in said(desk, ROOMY, "uk")


@pytest.mark.parametrize(
    ("tag", "words", "told"),
    [
        ("de", "Ruf an: 0391 5404040", "a phone number"),
        ("de", "Mehr auf www.example.org", "a link"),
        ("de", "Rat für 20 Euro", "an amount"),
        ("de", "Rat <b>für alle</b>", "stands for markup"),
        ("de", "**Rat** für alle", "makes nothing bold"),
        ("de", "Rat bei {caritas-ibbz.name}", "no placeholder can stand here"),
        ("ar", "Rat für alle", "not one Arabic letter"),
        ("ru", "Совет і помощь", "letters that only Ukrainian has"),
        ("de", "x" * 161, "1 character too many"),
    ],
)
def test_line_with_a_fault_is_told_at_its_field_and_nothing_is_saved(
    desk: Stage, tag: str, words: str, told: str
) -> None:
    browser = add_place(desk)
    typed: Fields = {"fr": "Conseil pour tous", tag: words}
    assert write(browser, PAGE, **typed) == 400
    error = re.search(rf'id="e-line-{tag}">(.*?)</p>', browser.text)
    assert error
    assert told in error[1]
    assert browser.text.count('aria-invalid="true"') == 1
    assert line(browser, "fr") == "Conseil pour tous"
    assert lines_of(desk) == {}


def test_line_that_somebody_else_changed_is_not_overwritten(desk: Stage) -> None:
    browser, page = desk.client(Role.EDITOR), "/facts/places/caritas-ibbz"
    browser.get(page)
    fields = {f"seen-{tag}": seen for tag, seen in re.findall(r'name="seen-(\w+)" value="(\w+)"', browser.text)}
    fields |= {f"line-{tag}": words for tag, words in lines_of(desk, "caritas-ibbz").items()}
    other = desk.client(Role.ADMIN)
    write(other, page, de="Von jemand anderem", fr="Par une autre personne")
    before = lines_of(desk, "caritas-ibbz")
    changed = {"line-de": LINE, "line-en": "Advice for all"}
    assert browser.post(f"{page}/lines", **fields | changed).status_code == 409
    assert lines_of(desk, "caritas-ibbz") == before
    assert "Von jemand anderem" in browser.text
    assert (line(browser, "de"), line(browser, "fr")) == (LINE, "Par une autre personne")
    assert write(browser, page, reopen=False) == 200
    assert lines_of(desk, "caritas-ibbz") == before | {"de": LINE, "en": "Advice for all"}


def test_emptied_line_stays_away_after_an_import_and_can_be_taken_back(desk: Stage) -> None:
    browser, page = desk.client(Role.EDITOR), "/facts/places/caritas-ibbz"
    before = lines_of(desk, "caritas-ibbz")
    assert write(browser, page, tr="") == 200
    assert browser.text.count("missing: readers see only the name") == 1
    with desk.services.database.writing() as session:
        report = import_content(session, read_shipped(), desk.clock.now())
    assert ("tr/facts.yml", "caritas-ibbz") in report.kept
    assert "tr" not in lines_of(desk, "caritas-ibbz")
    (revision,) = revisions(desk, "tr/facts.yml", "caritas-ibbz")
    browser.get("/history?file=tr/facts.yml&key=caritas-ibbz")
    assert f"<del>{before['tr']}</del>" in browser.text.replace("&#39;", "'")
    assert browser.post(f"/history/{revision.id}").status_code == 200
    assert lines_of(desk, "caritas-ibbz") == before


def test_history_shows_the_line_before_and_after(desk: Stage) -> None:
    browser = add_place(desk)
    write(browser, PAGE, de=LINE)
    write(browser, PAGE, de="Rat für Frauen")
    text = browser.get(f"/history?file=de/facts.yml&key={KEY}").text
    assert f"<del>{LINE}</del>\n<ins>Rat für Frauen</ins>" in text
    assert f"{NAME} · German" in text
    assert f'href="{PAGE}#lines"' in text


def test_four_eyes_make_proposals_of_lines(desk: Stage) -> None:
    browser = add_place(desk)
    write(browser, PAGE, de=LINE)
    want_four_eyes(desk)
    write(browser, PAGE, de="", fr="Conseil pour tous")
    assert lines_of(desk) == {"de": LINE}
    other = desk.client(Role.ADMIN)
    with desk.services.database.reading() as session:
        numbers = [proposal.id for proposal in list_proposals(session)]
    for number in numbers:
        other.get("/proposals")
        assert other.post(f"/proposals/{number}", do="approve").status_code == 200
    assert lines_of(desk) == {"fr": "Conseil pour tous"}


def test_lines_go_with_a_place_that_is_taken_back(desk: Stage) -> None:
    browser = add_place(desk)
    write(browser, PAGE, de=LINE, fr="Conseil pour tous")
    (addition,) = revisions(desk, "places.yml", KEY)
    browser.get(f"/history?file=places.yml&key={KEY}")
    browser.post(f"/history/{addition.id}")
    add_place(desk)
    assert KEY in desk.services.live.get().places
    assert lines_of(desk) == {}


@pytest.mark.parametrize("card", ["shown", "lines"])
def test_cards_are_for_those_who_publish(desk: Stage, card: str) -> None:
    for browser in (desk.client(Role.TRANSLATOR), desk.client(Role.EDITOR, "Without", totp=False)):
        fields: Fields = {"shown": [], "listing": [FULL], "line-de": LINE, "seen-de": "x"}
        assert browser.post(f"/facts/places/caritas-ibbz/{card}", **fields).status_code == 403
    assert "caritas-ibbz" in listed(desk, FULL)


@pytest.mark.parametrize("address", ["rules/minimum-wage", "places/nowhere", "events/caritas-ibbz"])
def test_only_places_and_events_have_cards(desk: Stage, address: str) -> None:
    browser = desk.client(Role.EDITOR)
    for card in ("shown", "lines"):
        browser.get("/me")
        assert browser.post(f"/facts/{address}/{card}").status_code == 404
    assert 'id="lines"' not in browser.get("/facts/rules/minimum-wage").text
