"""Facts at the desk: found, changed, confirmed, sent to an office and back, entered from a table."""

import datetime as dt
import html
import re
from typing import Any

import pytest
from sqlalchemy import select

from bot.messages.content import Event, Place
from bot.models import Revision
from bot.services.answering import build_answer, make_reader
from bot.services.editing_content import find_body, save
from bot.services.storing_content import edit_entry, find_translation_state
from bot.states import Group, RevisionState, Role
from tests.desk.browser import Browser
from tests.desk.conftest import Stage

Fields = dict[str, Any]
OFFICE = "stadtbibliothek"
SPRACHCAFE = "stadtbibliothek-sprachcafe"
# Artificial: a free line of nobody.
PHONE_TYPED, PHONE_STORED = "0800/1234567", "0800 1234567"


def shown_in(page: str) -> list[str]:
    """Return what a page says that it showed of each fact."""
    return re.findall(r'name="shown" value="([^"]+)"', page)


def read_form(browser: Browser, address: str) -> Fields:
    """Return the fields of the form that posts to an address, as a browser would send them."""
    page = browser.get(address.removesuffix("/confirm")).text
    form = re.search(rf'<form[^>]*action="{re.escape(address)}".*?</form>', page, re.DOTALL)
    assert form, page
    fields: Fields = {}

    def add(name: str, value: str) -> None:
        value = html.unescape(value)
        known = fields.get(name)
        fields[name] = value if known is None else [*(known if isinstance(known, list) else [known]), value]

    for tag in re.findall(r"<input[^>]*>", form[0]):
        found = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if found.get("type") != "checkbox" or " checked" in tag:
            add(found["name"], found.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]*name="([a-z_]+)"[^>]*>(.*?)</textarea>', form[0], re.DOTALL):
        add(name, text)
    for name, options in re.findall(r'<select[^>]*name="([a-z_]+)"[^>]*>(.*?)</select>', form[0], re.DOTALL):
        chosen = re.search(r"<option([^>]*) selected>(.*?)</option>", options) or re.search(
            r"<option([^>]*)>(.*?)</option>", options
        )
        assert chosen
        value = re.search(r'value="([^"]*)"', chosen[1])
        add(name, value[1] if value else chosen[2])
    return fields


def place(desk: Stage, key: str = OFFICE) -> Place:
    return desk.services.live.get().places[key]


def sprachcafe(desk: Stage) -> Event:
    return desk.services.live.get().events[SPRACHCAFE]


def body_of(desk: Stage, file: str, key: str) -> Fields:
    with desk.services.database.reading() as session:
        body = find_body(session, file, key)
    assert isinstance(body, dict)
    return body


def change(desk: Stage, file: str, key: str, **fields: Any) -> None:
    before = body_of(desk, file, key)
    with desk.services.database.writing() as session:
        save(session, file, key, before | fields, "Somebody", desk.clock.now(), seen=before)


def said_by_bot(desk: Stage, topic: str, language: str = "de") -> str:
    reader = make_reader(language, Group.UNKNOWN, desk.clock)
    parts = build_answer(topic, desk.services.live.get(), reader)
    return " ".join([*(part.text for part in parts), *(str(part) for part in parts)])


def event_fields(**changed: Any) -> Fields:
    return {
        "name": "Probemesse",
        "organiser": "Niemand",
        "next_date": "2026-12-05",
        "source_url": "https://example.org/messe",
        "topics": ["meet_employers"],
        **changed,
    }


def test_facts_are_found_by_name_phone_and_id(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    phone = next(each for each in desk.services.live.get().places.values() if each.phone and len(each.phone) > 10)
    assert phone.phone
    for words in (place(desk).name, OFFICE):
        assert f'href="/facts/places/{OFFICE}"' in browser.get(f"/facts?q={words}").text
    assert f'href="/facts/places/{phone.id}"' in browser.get(f"/facts?q={phone.phone.replace(' ', '')[-8:]}").text
    assert "Show everything" in browser.get("/facts?q=nothingofthekind").text


def test_list_can_be_filtered_by_kind_and_by_due(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    assert "/facts/rules/" not in re.sub("/facts/rules/new", "", browser.get("/facts?kind=places").text)
    change(desk, "places.yml", OFFICE, confirmed_by="Nobody", confirmed_on="2026-11-24")
    assert f"/facts/places/{OFFICE}" in browser.get(f"/facts?q={OFFICE}").text
    assert f'href="/facts/places/{OFFICE}"' not in browser.get(f"/facts?q={OFFICE}&due=yes").text


def test_fact_page_shows_source_uses_and_history(desk: Stage) -> None:
    page = desk.client(Role.EDITOR).get(f"/facts/places/{OFFICE}").text
    assert 'rel="noreferrer noopener"' in page
    assert f"/history?file=places.yml&amp;key={OFFICE}" in page
    assert "/answers/" in page


def test_every_fact_has_a_page_that_saves_unchanged(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    content = desk.services.live.get()
    some = [*list(content.places)[::12], *list(content.rules)[::14], *list(content.events)[::5]]
    for key in some:
        kind = "places" if key in content.places else "rules" if key in content.rules else "events"
        before = body_of(desk, f"{kind}.yml", key)
        fields = read_form(browser, f"/facts/{kind}/{key}")
        assert browser.post(f"/facts/{kind}/{key}", **fields).status_code == 200, key
        after = body_of(desk, f"{kind}.yml", key)
        volatile = {} if "volatile" in before else {"volatile": True}
        assert after == before | volatile | {"seen": "2026-11-24"}, key


def test_changed_phone_is_stored_as_the_content_writes_it_and_said_in_every_language(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    content = desk.services.live.get()
    key, topic = next((each.places[0], each.id) for each in content.topics.values() if each.places)
    fields = read_form(browser, f"/facts/places/{key}") | {"phone": PHONE_TYPED}
    page = browser.post(f"/facts/places/{key}", **fields)
    assert page.url.path == f"/facts/places/{key}"
    assert 'role="status"' in page.text
    for language in ("de", "ar", "uk"):
        assert PHONE_STORED in said_by_bot(desk, topic, language)


def test_changed_fact_makes_no_translation_outdated(desk: Stage) -> None:
    def states() -> dict[tuple[str, str], object]:
        answers = desk.services.live.get().answers
        return {
            (tag, topic): find_translation_state(answer, answers["de"][topic])
            for tag, known in answers.items()
            for topic, answer in known.items()
        }

    before = states()
    browser = desk.client(Role.EDITOR)
    fields = read_form(browser, f"/facts/places/{OFFICE}") | {"phone": PHONE_TYPED}
    browser.post(f"/facts/places/{OFFICE}", **fields)
    assert place(desk).phone == PHONE_STORED
    assert states() == before


def test_wrong_fields_are_told_and_everything_typed_is_kept(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    typed = {"phone": "12", "hours-0": "morgens", "email": "nobody", "url": "no link at all", "district": "Typed there"}
    fields = read_form(browser, f"/facts/places/{OFFICE}") | typed
    page = browser.post(f"/facts/places/{OFFICE}", **fields)
    assert page.status_code == 400
    assert page.text.count('aria-invalid="true"') == 4
    for text in typed.values():
        assert f'value="{text}"' in page.text
    assert place(desk).phone != "12"
    assert place(desk).district != "Typed there"


def test_hours_by_weekday_become_the_hours_of_the_content(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    fields = read_form(browser, f"/facts/places/{OFFICE}")
    rows = {f"hours-{day}": "" for day in range(7)}
    rows |= {"hours-0": "9-12, 13:30-16 Uhr", "hours-1": "9-12,13.30-16", "hours-3": "ab 14", "hours-other": ""}
    browser.post(f"/facts/places/{OFFICE}", **fields | rows)
    assert place(desk).hours == "Mo,Tu 09:00-12:00,13:30-16:00; Th 14:00+"
    shown = read_form(browser, f"/facts/places/{OFFICE}")
    assert shown["hours-0"] == "09:00-12:00, 13:30-16:00"
    assert shown["hours-2"] == ""


def test_hours_cannot_stand_in_both_places(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    fields = read_form(browser, f"/facts/places/{OFFICE}") | {"hours-0": "9-12", "hours-other": "24/7"}
    assert browser.post(f"/facts/places/{OFFICE}", **fields).status_code == 400


def test_two_people_at_once_overwrite_nothing(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    fields = read_form(browser, f"/facts/places/{OFFICE}") | {"phone": PHONE_TYPED}
    change(desk, "places.yml", OFFICE, district="Saved by somebody else")
    page = browser.post(f"/facts/places/{OFFICE}", **fields)
    assert page.status_code == 409
    assert PHONE_TYPED in page.text
    assert "Saved by somebody else" in page.text
    assert place(desk).phone != PHONE_STORED
    fingerprint = re.search(r'name="fingerprint" value="([0-9a-f]+)"', page.text)
    assert fingerprint
    again = browser.post(f"/facts/places/{OFFICE}", **fields | {"fingerprint": fingerprint[1]})
    assert again.status_code == 200
    assert place(desk).phone == PHONE_STORED


def test_secret_address_is_in_no_answer_and_no_table(desk: Stage) -> None:
    content = desk.services.live.get()
    named = {key for answers in content.answers.values() for each in answers.values() for key, _ in each.placeholders()}
    key, topic = next(
        (key, each.id)
        for each in content.topics.values()
        for key in each.places
        if content.places[key].address and content.places[key].phone and key not in named
    )
    address = content.places[key].address or ""
    browser = desk.client(Role.EDITOR)
    assert address in said_by_bot(desk, topic)
    fields = read_form(browser, f"/facts/places/{key}") | {"address_secret": "yes"}
    assert browser.post(f"/facts/places/{key}", **fields).status_code == 200
    assert address not in said_by_bot(desk, topic)
    browser.get(f"/facts/office/{key}")
    table = browser.post(f"/facts/office/{key}/table", fact=key, do="file").text
    assert key in table
    assert address not in table


def test_address_that_an_answer_names_cannot_become_secret(desk: Stage) -> None:
    content = desk.services.live.get()
    key = next(
        key
        for answer in content.answers["de"].values()
        for key, field in sorted(answer.placeholders())
        if field == "address" and key in content.places
    )
    browser = desk.client(Role.EDITOR)
    fields = read_form(browser, f"/facts/places/{key}") | {"address_secret": "yes"}
    assert browser.post(f"/facts/places/{key}", **fields).status_code == 400
    assert not place(desk, key).address_secret


def test_phone_that_an_answer_names_cannot_be_emptied(desk: Stage) -> None:
    content = desk.services.live.get()
    key = next(
        key
        for answer in content.answers["de"].values()
        for key, field in sorted(answer.placeholders())
        if field == "phone"
    )
    browser = desk.client(Role.EDITOR)
    fields = read_form(browser, f"/facts/places/{key}") | {"phone": ""}
    assert browser.post(f"/facts/places/{key}", **fields).status_code == 400
    assert place(desk, key).phone


def test_topic_that_shows_a_place_stays_ticked(desk: Stage) -> None:
    content = desk.services.live.get()
    key = next(each.places[0] for each in content.topics.values() if each.places)
    other = next(topic for topic in content.topics if topic not in content.places[key].topics)
    browser = desk.client(Role.EDITOR)
    fields = read_form(browser, f"/facts/places/{key}") | {"topics": [other]}
    assert browser.post(f"/facts/places/{key}", **fields).status_code == 400


def test_confirmation_takes_one_click_and_shows_in_the_answer(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    fields = read_form(browser, f"/facts/places/{OFFICE}/confirm")
    assert fields["confirmed_by"] == place(desk).name
    browser.post(f"/facts/places/{OFFICE}/confirm", **fields)
    assert (place(desk).confirmed_by, place(desk).confirmed_on) == (place(desk).name, dt.date(2026, 11, 24))
    with desk.services.database.reading() as session:
        revision = session.scalars(select(Revision).where(Revision.key == OFFICE)).one()
    assert (revision.author, revision.state) == ("editor", RevisionState.PUBLISHED)


def test_confirmation_without_a_name_is_not_taken(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    fields = read_form(browser, f"/facts/places/{OFFICE}/confirm")
    browser.post(f"/facts/places/{OFFICE}/confirm", **fields | {"confirmed_by": " "})
    assert place(desk).confirmed_on is None


def test_confirmation_of_what_somebody_changed_meanwhile_is_not_taken(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    fields = read_form(browser, f"/facts/places/{OFFICE}/confirm")
    change(desk, "places.yml", OFFICE, phone="+49 391 5400000")
    assert browser.post(f"/facts/places/{OFFICE}/confirm", **fields).status_code == 409
    assert place(desk).confirmed_on is None


def test_confirmation_ends_when_what_it_covers_is_changed(desk: Stage) -> None:
    change(desk, "places.yml", OFFICE, confirmed_by="Nobody", confirmed_on="2026-11-20")
    browser = desk.client(Role.EDITOR)
    fields = read_form(browser, f"/facts/places/{OFFICE}") | {"note": "Only for staff"}
    browser.post(f"/facts/places/{OFFICE}", **fields)
    assert place(desk).confirmed_by == "Nobody"
    fields = read_form(browser, f"/facts/places/{OFFICE}") | {"phone": PHONE_TYPED}
    browser.post(f"/facts/places/{OFFICE}", **fields)
    assert (place(desk).confirmed_by, place(desk).confirmed_on) == (None, None)
    fields = read_form(browser, f"/facts/places/{OFFICE}") | {"confirmed": "yes", "confirmed_by": "Nobody"}
    browser.post(f"/facts/places/{OFFICE}", **fields)
    assert (place(desk).confirmed_by, place(desk).confirmed_on) == ("Nobody", dt.date(2026, 11, 24))


def test_new_event_is_shown_until_its_day(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    browser.get("/facts/events/new")
    page = browser.post("/facts/events/new", **event_fields(address="Nirgendwo 1"))
    assert page.url.path == "/facts/events/probemesse"
    answer = said_by_bot(desk, "meet_employers", "ar")
    assert "Probemesse" in answer
    assert "Nirgendwo 1" in answer
    assert "Probemesse" not in said_by_bot(desk, "find_flat")
    desk.clock.move(days=12)
    assert "Probemesse" not in said_by_bot(desk, "meet_employers")


def test_web_page_of_an_event_is_its_source_unless_another_is_named(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    for source, expected in (("", "https://example.org/page"), ("example.org/other", "https://example.org/other")):
        browser.get("/facts/events/new")
        page = browser.post("/facts/events/new", **event_fields(url="example.org/page", source_url=source))
        event = desk.services.live.get().events[page.url.path.rpartition("/")[2]]
        assert (event.url, event.source_url) == ("https://example.org/page", expected)
    browser.get("/facts/events/new")
    page = browser.post("/facts/events/new", **event_fields(url="no link", source_url=""))
    assert page.status_code == 400
    assert page.text.count('aria-invalid="true"') == 1


def test_form_of_an_event_has_its_usual_topics_first(desk: Stage) -> None:
    page = desk.client(Role.EDITOR).get("/facts/events/new").text
    before, _, folded = page[page.index('id="f-topics"') :].partition("<details>")
    usual = ["meet_employers", "german_practice", "apprenticeship"]
    assert re.findall(r'name="topics" value="(\w+)"', before) == usual
    assert 'value="find_flat"' in folded
    assert ">Day " in page


def test_new_event_never_takes_the_id_of_another(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    for expected in ("new-2", "new-3"):
        browser.get("/facts/events/new")
        page = browser.post("/facts/events/new", **event_fields(name="New!"))
        assert page.url.path == f"/facts/events/{expected}"


@pytest.mark.parametrize(
    ("field", "value"),
    [("next_date", "2026-11-23"), ("source_url", ""), ("organiser", ""), ("topics", []), ("name", "x" * 161)],
)
def test_event_with_a_mistake_is_not_entered(desk: Stage, field: str, value: object) -> None:
    browser = desk.client(Role.EDITOR)
    browser.get("/facts/events/new")
    page = browser.post("/facts/events/new", **event_fields(**{field: value}))
    assert page.status_code == 400
    assert "Probemesse" in page.text or field == "name"
    assert "probemesse" not in desk.services.live.get().events


def test_new_rule_reads_german_numbers(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    browser.get("/facts/rules/new")
    page = browser.post(
        "/facts/rules/new",
        statement="An artificial rule.",
        force="in_force",
        figure=["fee", ""],
        amount=["2,29", ""],
        unit=["EUR", "EUR"],
        topics=["course_costs"],
        source_url="example.org/rule",
    )
    assert page.status_code == 200
    rule = desk.services.live.get().rules["an-artificial-rule"]
    assert (rule.figures["fee"].value, rule.source_url) == (2.29, "https://example.org/rule")


def test_rule_that_ends_before_it_begins_is_not_saved(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    key = next(key for key, rule in desk.services.live.get().rules.items() if not rule.valid_until)
    fields = read_form(browser, f"/facts/rules/{key}") | {"valid_from": "2026-12-02", "valid_until": "01.12.2026"}
    assert browser.post(f"/facts/rules/{key}", **fields).status_code == 400


TABLE = (
    "\ufeffVeranstaltung;Veranstalter;Datum;Adresse;Link;Themen;Quelle\r\n"
    'Messe Eins;Niemand;05.12.2026;"Nirgendwo 1; Hof";https://example.org/1;meet_employers job_search;\r\n'
    "Messe Zwei;Niemand;2026-12-06;;;meet_employers;example.org/2\r\n"
    "Messe Drei;Niemand;gestern;;;meet_employers;https://example.org/3\r\n"
    "Messe Vier;Niemand;05.12.2026;;;no_such_topic;https://example.org/4\r\n"
    "Messe Eins;Niemand;05.12.2026;;;meet_employers;https://example.org/5\r\n"
    "Messe Sechs;Niemand;01.01.2026;;;meet_employers;\r\n"
)


def test_table_of_events_is_shown_first_and_only_then_entered(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    browser.get("/facts/events/import")
    page = browser.post("/facts/events/import", files={"file": ("events.csv", TABLE.encode())})
    assert page.text.count("<tr>") == 7
    assert "messe-eins" not in desk.services.live.get().events
    kept = re.search(r'<input type="hidden" name="table" value="([^"]*)"', page.text)
    assert kept
    page = browser.post("/facts/events/import", table=html.unescape(kept[1]), do="import")
    events = desk.services.live.get().events
    assert {key for key in events if key.startswith("messe-")} >= {"messe-eins", "messe-zwei"}
    assert not {"messe-drei", "messe-vier", "messe-sechs", "messe-eins-2"} & set(events)
    first = events["messe-eins"]
    assert (first.next_date, first.address, first.source_url) == (
        dt.date(2026, 12, 5),
        "Nirgendwo 1; Hof",
        "https://example.org/1",
    )


def test_table_without_its_columns_says_which_are_missing(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    browser.get("/facts/events/import")
    page = browser.post("/facts/events/import", table="name,topics\nMesse,meet_employers\n")
    assert page.status_code == 400
    assert "organiser, next_date" in page.text
    assert "Messe,meet_employers" in page.text


def test_office_confirms_the_ticked_facts_on_the_phone(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    page = browser.get(f"/facts/office/{OFFICE}").text
    assert SPRACHCAFE in page
    browser.post(f"/facts/office/{OFFICE}/confirm", fact=[OFFICE], confirmed_by="", shown=shown_in(page))
    assert place(desk).confirmed_by == place(desk).name
    assert sprachcafe(desk).confirmed_by is None
    page = browser.get(f"/facts/office/{OFFICE}").text
    browser.post(f"/facts/office/{OFFICE}/confirm", all="yes", confirmed_by="Nobody", shown=shown_in(page))
    assert sprachcafe(desk).confirmed_by == "Nobody"


def test_office_is_shown_with_what_it_confirms_and_vouches_for_nothing_else(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    page = browser.get(f"/facts/office/{OFFICE}").text
    assert place(desk).address in page  # type: ignore[operator]
    with desk.services.database.writing() as session:
        body = find_body(session, "places.yml", OFFICE) or {}
        edit_entry(session, "places.yml", OFFICE, {**body, "address": "Neue Straße 1"}, desk.clock.now())
    answered = browser.post(f"/facts/office/{OFFICE}/confirm", all="yes", shown=shown_in(page))
    assert answered.status_code == 409
    assert "Changed meanwhile" in answered.text
    assert place(desk).confirmed_by is None
    assert sprachcafe(desk).confirmed_by == place(desk).name


def test_office_without_a_tick_confirms_nothing(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    browser.get(f"/facts/office/{OFFICE}")
    assert browser.post(f"/facts/office/{OFFICE}/confirm", confirmed_by="Nobody").status_code == 400
    browser.get(f"/facts/office/{OFFICE}")
    browser.post(f"/facts/office/{OFFICE}/confirm", fact="a-fact-of-another-office", confirmed_by="Nobody")
    assert place(desk).confirmed_by is None


def test_table_comes_back_from_the_office(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    browser.get(f"/facts/office/{OFFICE}")
    sent = browser.post(f"/facts/office/{OFFICE}/table", all="yes", do="file")
    assert sent.headers["content-type"].startswith("text/csv")
    lines = sent.text.lstrip("\ufeff").splitlines()
    assert place(desk).address in sent.text  # type: ignore[operator]
    answered = [
        line.removesuffix(";;") + (";;08:00-10:00" if line.startswith(f"{OFFICE}.hours") else ";Ja;")
        for line in lines[1:]
    ]
    reply = "\r\n".join([lines[0], *answered, "unknown-line;;ja;"]).encode("cp1252")
    browser.get(f"/facts/office/{OFFICE}")
    page = browser.post(f"/facts/office/{OFFICE}/reply", files={"file": ("reply.csv", reply)})
    assert page.status_code == 200
    assert sprachcafe(desk).confirmed_by == place(desk).name
    assert place(desk).confirmed_by is None
    assert f"{OFFICE}.hours" in page.text
    assert "unknown-line" in page.text


def test_correction_of_an_office_waits_for_approval(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    browser.get(f"/facts/office/{OFFICE}")
    table = f"id;says;right;correction\n{SPRACHCAFE}.address;;nein;Nirgendwo 1\n{SPRACHCAFE}.url;;x;\n"
    browser.post(f"/facts/office/{OFFICE}/reply", table=table)
    assert sprachcafe(desk).address != "Nirgendwo 1"
    with desk.services.database.reading() as session:
        proposal = session.scalars(select(Revision).where(Revision.key == SPRACHCAFE)).one()
    assert proposal.state is RevisionState.PROPOSED
    assert proposal.body["address"] == "Nirgendwo 1"
    assert proposal.body["confirmed_by"] == place(desk).name


def test_printed_table_is_german(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    browser.get(f"/facts/office/{OFFICE}")
    page = browser.post(f"/facts/office/{OFFICE}/table", all="yes", do="print")
    assert '<div lang="de">' in page.text
    assert f"{OFFICE}.address" in page.text


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.TRANSLATOR])
def test_facts_are_for_editors(desk: Stage, role: Role) -> None:
    browser = desk.client(role)
    for path in ("/facts", f"/facts/places/{OFFICE}", "/facts/events/new", f"/facts/office/{OFFICE}"):
        assert browser.get(path).status_code == 403
    browser.get("/me")
    assert browser.post(f"/facts/places/{OFFICE}/confirm", confirmed_by="Nobody").status_code == 403
    assert place(desk).confirmed_by is None


def test_editor_without_second_factor_reads_and_does_not_publish(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR, "Without", totp=False)
    assert browser.get(f"/facts/places/{OFFICE}").status_code == 200
    assert browser.post(f"/facts/places/{OFFICE}/confirm", confirmed_by="Nobody").status_code == 403
    assert place(desk).confirmed_by is None


@pytest.mark.parametrize("path", ["/facts/places/nowhere", "/facts/rulers/x", "/facts/office/nowhere", "/facts/x/new"])
def test_unknown_fact_is_not_found(desk: Stage, path: str) -> None:
    assert desk.client(Role.EDITOR).get(path).status_code == 404
