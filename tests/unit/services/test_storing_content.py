"""Content in the database: imported, edited by staff, exported, and put together."""

import datetime as dt
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.adapters.content_files import read_entries, write_entries
from bot.adapters.schema import upgrade_schema
from bot.db import Database
from bot.errors import ContentError, NotFoundError
from bot.messages.content import Entry
from bot.models import ContentEntry
from bot.services.checking_content import check_content, stamp_sources
from bot.services.editing_content import find_body, save
from bot.services.storing_content import (
    ImportReport,
    build_content,
    edit_entry,
    export_entries,
    find_staff_edits,
    find_translation_state,
    import_content,
    load_content,
    restrict_to_approved,
)
from bot.states import TranslationState
from tests.content.builder import INTENTS, TODAY, Tree, build_entries, build_small_content, build_tree, write_tree

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
FLAT = ("de/housing.yml", "find_flat")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    """Return a database that holds the small content."""
    database = Database(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    upgrade_schema(database)
    ship(database, build_tree())
    yield database
    database.close()


def ship(database: Database, tree: Tree) -> ImportReport:
    """Import the files a day later than the first time."""
    with database.writing() as session:
        fresh = not export_entries(session)
        return import_content(session, build_entries(tree), NOW if fresh else LATER)


def edit(database: Database, file: str, key: str, body: object) -> None:
    """Edit an entry as staff does."""
    with database.writing() as session:
        edit_entry(session, file, key, body, NOW)


def read_bodies(database: Database) -> dict[tuple[str, str], object]:
    """Return each body by file and key."""
    with database.reading() as session:
        return {(entry.file, entry.key): entry.body for entry in export_entries(session)}


def staff_edits(database: Database) -> list[tuple[str, str]]:
    """Return what staff edited."""
    with database.reading() as session:
        return find_staff_edits(session)


def test_first_import_adds_all(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    upgrade_schema(database)
    entries = build_entries(build_tree())
    report = ship(database, build_tree())
    assert report.added == tuple(sorted((entry.file, entry.key) for entry in entries))
    assert (report.updated, report.kept, report.removed) == ((), (), ())
    assert str(report) == f"{len(entries)} added, 0 updated, 0 removed, 0 kept as staff edited them"
    database.close()


def test_second_import_changes_nothing(store: Database) -> None:
    before = read_bodies(store)
    assert ship(store, build_tree()) == ImportReport()
    assert read_bodies(store) == before
    with store.reading() as session:
        assert set(session.scalars(select(ContentEntry.changed_at))) == {NOW}


def test_import_and_export_give_same_bytes(store: Database, tmp_path: Path) -> None:
    shipped = write_tree(tmp_path / "shipped")
    with store.writing() as session:
        import_content(session, read_entries(shipped), NOW)
        write_entries(tmp_path / "exported", export_entries(session))
    files = {path.relative_to(shipped): path.read_bytes() for path in shipped.rglob("*.yml")}
    assert {path: (tmp_path / "exported" / path).read_bytes() for path in files} == files


def test_import_updates_what_staff_has_not_touched(store: Database) -> None:
    tree = build_tree()
    tree["de/facts.yml"]["shelter"] = "Ein Ort mit Schutz"
    report = ship(store, tree)
    assert report == ImportReport(updated=(("de/facts.yml", "shelter"),))
    assert read_bodies(store)["de/facts.yml", "shelter"] == "Ein Ort mit Schutz"
    assert staff_edits(store) == []


def test_import_keeps_what_staff_edited(store: Database) -> None:
    edit(store, "de/facts.yml", "shelter", "Vom Amt geschrieben")
    tree = build_tree()
    tree["de/facts.yml"] |= {"shelter": "Neu", "landlord": "Auch neu"}
    for _ in range(2):
        report = ship(store, tree)
        assert report.kept == (("de/facts.yml", "shelter"),)
        assert read_bodies(store)["de/facts.yml", "shelter"] == "Vom Amt geschrieben"
    assert read_bodies(store)["de/facts.yml", "landlord"] == "Auch neu"
    assert staff_edits(store) == [("de/facts.yml", "shelter")]


def test_import_brings_new_topics_and_takes_along_what_staff_let_them_show(store: Database) -> None:
    for places in (["shelter"], ["landlord"]):
        with store.writing() as session:
            there: Any = find_body(session, "topics.yml", "tree")
            body = deepcopy(there)
            body["fields"][0]["topics"][0]["places"] = places
            save(session, "topics.yml", "tree", body, "Eva", NOW, seen=there)
    tree = build_tree()
    new = {**deepcopy(tree["topics.yml"]["fields"][0]["topics"][0]), "id": "heating"}
    tree["topics.yml"]["fields"][0]["topics"].append(new)
    report = ship(store, tree)
    assert report.updated == (("topics.yml", "tree"),)
    with store.reading() as session:
        topics = load_content(session).topics
    assert topics["find_flat"].places == ("landlord",)
    assert topics["heating"].places == ("landlord", "shelter")
    assert ship(store, tree).kept == (("topics.yml", "tree"),)  # a second time changes nothing
    assert staff_edits(store) == [("topics.yml", "tree")]


def test_import_tells_edit_that_ships_the_same_apart(store: Database) -> None:
    edit(store, "de/facts.yml", "shelter", "Vom Amt geschrieben")
    assert ship(store, build_tree()).kept == (("de/facts.yml", "shelter"),)
    tree = build_tree()
    tree["de/facts.yml"]["shelter"] = "Vom Amt geschrieben"
    assert ship(store, tree) == ImportReport()
    assert staff_edits(store) == []
    tree["de/facts.yml"]["shelter"] = "Und weiter"
    assert ship(store, tree).updated == (("de/facts.yml", "shelter"),)


def test_import_removes_what_no_longer_ships(store: Database) -> None:
    tree = build_tree()
    tree["unsupported.yml"].clear()
    assert ship(store, tree) == ImportReport(removed=(("unsupported.yml", "es"),))
    assert ("unsupported.yml", "es") not in read_bodies(store)


def test_import_keeps_edited_entry_that_no_longer_ships(store: Database) -> None:
    edit(store, "unsupported.yml", "es", {"name": "Español", "line": "Todavía no."})
    tree = build_tree()
    tree["unsupported.yml"].clear()
    assert ship(store, tree) == ImportReport(kept=(("unsupported.yml", "es"),))
    assert ("unsupported.yml", "es") in read_bodies(store)


def test_import_keeps_what_an_edited_entry_still_names(store: Database) -> None:
    with store.reading() as session:
        tree_body = dict(next(entry.body for entry in export_entries(session) if entry.key == "tree"))
    edit(store, "topics.yml", "tree", {**tree_body, "conversation": [{"id": "crisis", "places": ["shelter"]}]})
    tree = build_tree()
    tree["topics.yml"]["fields"][0]["topics"][0]["places"] = ["landlord"]
    tree["places.yml"].pop()
    for language in ("de", "ar", "uk"):
        tree[f"{language}/facts.yml"].pop("shelter")
    report = ship(store, tree)
    assert ("places.yml", "shelter") in report.kept
    assert report.removed == ()
    with store.reading() as session:
        content = load_content(session)
    assert all(key in content.places for topic in content.topics.values() for key in topic.places)


def test_import_follows_order_of_files_even_where_staff_edited(store: Database) -> None:
    edit(store, "de/facts.yml", "shelter", "Vom Amt geschrieben")
    tree = build_tree()
    tree["de/facts.yml"] = dict(reversed(tree["de/facts.yml"].items()))
    ship(store, tree)
    assert [key for file, key in read_bodies(store) if file == "de/facts.yml"] == list(tree["de/facts.yml"])


def test_edit_adds_entry_at_the_end(store: Database) -> None:
    place = {**build_tree()["places.yml"][0], "id": "aaa"}
    edit(store, "places.yml", "aaa", place)
    assert [key for file, key in read_bodies(store) if file == "places.yml"][-1] == "aaa"
    assert staff_edits(store) == [("places.yml", "aaa")]
    assert ship(store, build_tree()).kept == (("places.yml", "aaa"),)


def test_edit_with_same_body_is_no_edit(store: Database) -> None:
    edit(store, *FLAT, build_tree()["de/housing.yml"]["find_flat"])
    assert staff_edits(store) == []


@pytest.mark.parametrize(
    ("file", "key", "body", "message"),
    [
        ("places.yml", "landlord", {"id": "landlord"}, "content/places.yml landlord: topics: Field required"),
        ("de/facts.yml", "landlord", "", "content/de/facts.yml landlord: String should have at least 1 character"),
        ("de/facts.yml", "no key", "x", "content/de/facts.yml no key: no such key can stand in this file"),
        ("../secrets.yml", "a", "x", "content/../secrets.yml: this is no file of the content"),
        ("places.yml", "other", build_tree()["places.yml"][0], "content/places.yml other: id: it is emergency"),
    ],
)
def test_edit_that_does_not_fit_is_refused(store: Database, file: str, key: str, body: object, message: str) -> None:
    before = read_bodies(store)
    with pytest.raises(ContentError) as caught:
        edit(store, file, key, body)
    assert str(caught.value) == message
    assert read_bodies(store) == before


def test_load_content_finds_what_was_imported(store: Database) -> None:
    with store.reading() as session:
        content = load_content(session)
    assert vars(content) == vars(build_small_content())
    assert check_content(content, INTENTS, TODAY) == []


def test_build_content_names_file_key_and_field() -> None:
    entries = [*build_entries(build_tree()), Entry("rules.yml", "late", {"id": "late"}, 9)]
    with pytest.raises(ContentError, match=r"^content/rules\.yml late: topics: Field required$"):
        build_content(entries)


def test_build_content_refuses_entry_twice() -> None:
    entries = build_entries(build_tree())
    with pytest.raises(ContentError, match=f"content/{entries[0].file} {entries[0].key}: this entry is there twice"):
        build_content([*entries, entries[0]])


def test_build_content_without_topics_is_refused() -> None:
    with pytest.raises(ContentError, match=r"content/topics\.yml: the file is missing"):
        build_content([])


def test_build_content_prefers_answer_in_file_of_its_field() -> None:
    tree = build_tree()
    moved = {**tree["de/housing.yml"]["find_flat"], "text": "Alt."}
    for file in ("de/aaa.yml", "de/zzz.yml"):
        content = build_small_content({**tree, file: {"find_flat": moved}})
        assert content.answers["de"]["find_flat"].text != "Alt."


def test_restrict_to_approved_keeps_public_and_reviewed() -> None:
    content = build_small_content()
    assert restrict_to_approved(content).answers == content.answers


@pytest.mark.parametrize("change", [{"translation": "machine_draft"}, {"translation": None}, {"source": "0" * 12}])
def test_restrict_to_approved_leaves_out_unapproved_translation(change: dict[str, str | None]) -> None:
    tree = build_tree()
    tree["uk/housing.yml"]["find_flat"] |= change
    content = restrict_to_approved(build_small_content(tree))
    assert "find_flat" not in content.answers["uk"]
    assert "find_flat" in content.answers["ar"]
    assert "find_flat" in content.topics


def test_restrict_to_approved_leaves_out_topic_whose_german_is_not_public() -> None:
    tree = build_tree()
    tree["de/housing.yml"]["find_flat"]["state"] = "review"
    content = restrict_to_approved(build_small_content(tree))
    assert not any("find_flat" in known for known in content.answers.values())
    assert content.tree.fields == ()


def test_restrict_to_approved_can_always_answer_to_danger() -> None:
    tree = build_tree()
    tree["de/conversation.yml"]["crisis"]["state"] = "draft"
    tree["ar/conversation.yml"]["crisis"]["translation"] = "machine_draft"
    content = restrict_to_approved(build_small_content(tree))
    assert all("crisis" in known for known in content.answers.values())


def test_translation_state_is_outdated_when_german_prose_changed() -> None:
    content = build_small_content()
    german, arabic = content.answers["de"]["find_flat"], content.answers["ar"]["find_flat"]
    assert find_translation_state(german, german) is None
    assert find_translation_state(arabic, german) is TranslationState.REVIEWED
    changed = german.model_copy(update={"text": "Anders."})
    assert find_translation_state(arabic, changed) is TranslationState.OUTDATED


def test_stamping_marks_translations_as_made_from_german_of_now() -> None:
    tree = build_tree()
    tree["de/housing.yml"]["find_flat"]["text"] = "Fragen Sie **viele** Vermieter."
    tree["de/conversation.yml"]["greet"]["text"] = "Guten Tag!"
    entries = build_entries(tree)
    content = build_content(entries)
    stamped = build_content(stamp_sources(entries, "uk"))
    for topic in ("find_flat", "greet"):
        assert stamped.answers["uk"][topic].source == content.answers["de"][topic].fingerprint
    assert stamped.answers["ar"] == content.answers["ar"]
    alone = build_content(stamp_sources(entries, "uk", "greet"))
    assert alone.answers["uk"]["greet"] == stamped.answers["uk"]["greet"]
    assert alone.answers["uk"]["find_flat"] == content.answers["uk"]["find_flat"]


@pytest.mark.parametrize(("language", "topic"), [("de", None), ("es", None), ("uk", "nothing")])
def test_stamping_what_is_not_there_is_refused(language: str, topic: str | None) -> None:
    with pytest.raises(NotFoundError):
        stamp_sources(build_entries(build_tree()), language, topic)
