"""The content files: read, written again byte for byte, and refused in one line that says where."""

from pathlib import Path

import pytest

from bot.adapters.content_files import canonicalise_folder, read_entries, write_entries
from bot.errors import ContentError
from bot.messages.content import Entry
from tests.content.builder import build_entries, build_tree, write_tree

RULES = """\
- id: deposit
  topics: [find_flat]
  source_url: https://example.org/
  source_date: 2026-06
  seen: 2026-11-22
  statement: The deposit is at most three rents.
  groups: [title, student]
  force: in_force
  valid_until: 2027-12-31
  figures:
    most: {value: 3, unit: months}
"""
EVENTS = """\
- id: flat-fair
  topics: [find_flat]
  source_url: https://example.org/
  source_date: 2026-06
  seen: 2026-11-22
  name: Wohnungsmesse
  organiser: Stadt Magdeburg
  last_date: 2025
  next_date: 2027-01-22
  ask: landlord
"""
HOUSING = """\
find_flat:
  title: البحث عن شقة
  keywords: [شقة, إيجار, غرفة, سكن, مؤجر]
  text: اسألوا **عدة** مؤجرين. يكفي مستوى A1 في اللغة.
  steps:
  - اتصلوا بالرقم {landlord.phone}.
  - شاهدوا الشقة.
  bring:
  - جواز السفر
  variants:
  - groups: [title, student]
    text: التأمين لا يزيد على {deposit.most} من الإيجار.
  - groups: [unknown]
    text: مع إقامة حسب § 24 قد تختلف القواعد.
  translation: reviewed
  source: SOURCE
"""
TOPICS = """\
fields:
- id: housing
  symbol: 🏠
  topics:
  - id: find_flat
    symbol: 🔑
    places: [landlord, shelter]
    events: [flat-fair]
    rules: [deposit]
    ask_group: true
conversation:
- id: greet
- id: crisis
  places: [emergency]
"""


def read_bytes(folder: Path) -> dict[str, bytes]:
    """Return the bytes of each file."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace what stands once in a file."""
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def test_written_files_are_canonical(tmp_path: Path) -> None:
    files = read_bytes(write_tree(tmp_path))
    source = build_tree()["ar/housing.yml"]["find_flat"]["source"]
    assert files["topics.yml"].decode() == TOPICS
    assert files["rules.yml"].decode() == RULES
    assert files["events.yml"].decode() == EVENTS
    assert files["ar/housing.yml"].decode() == HOUSING.replace("SOURCE", source)
    assert b"  phone: '112'\n" in files["places.yml"]
    assert not [name for name in files if not name.endswith(".yml")]


def test_reading_then_writing_gives_same_bytes(tmp_path: Path) -> None:
    shipped = read_bytes(write_tree(tmp_path / "one"))
    entries = read_entries(tmp_path / "one")
    write_entries(tmp_path / "two", entries)
    assert read_bytes(tmp_path / "two") == shipped
    assert sorted(entries, key=str) == sorted(build_entries(build_tree()), key=str)


def test_canonicalising_orders_keys_and_styles(tmp_path: Path) -> None:
    canonical = read_bytes(write_tree(tmp_path))
    (tmp_path / "rules.yml").write_text(
        """\
# A comment.
-   figures:
        most:
            unit: "months"
            value: 3
    force: in_force
    id: deposit
    topics:
      - find_flat
    groups:
      - title
      - student
    valid_until: "2027-12-31"
    volatile: false
    statement: "The deposit is
      at most three rents."
    source_url: https://example.org/
    source_date: '2026-06'
    note:
    seen: 2026-11-22
""",
        encoding="utf-8",
    )
    canonicalise_folder(tmp_path)
    assert read_bytes(tmp_path) == canonical


@pytest.mark.parametrize(
    "text",
    ["Erstens: ja", "- nein", "no", "2026-11-24", "112", "'x'", "# x", "a\nb", "x" * 300, "🗣 ok", "{a.b}", "null"],
)
def test_texts_survive_as_written(tmp_path: Path, text: str) -> None:
    tree = build_tree()
    tree["de/housing.yml"]["find_flat"]["text"] = text
    tree["de/housing.yml"]["find_flat"]["keywords"] = [text, "a, b", "c]"]
    write_tree(tmp_path, tree)
    read = next(entry for entry in read_entries(tmp_path) if entry.file == "de/housing.yml")
    assert read.body["text"] == text
    assert read.body["keywords"] == [text, "a, b", "c]"]
    first = read_bytes(tmp_path)
    canonicalise_folder(tmp_path)
    assert read_bytes(tmp_path) == first


def test_files_without_entries_are_left_as_they_are(tmp_path: Path) -> None:
    write_tree(tmp_path)
    before = read_bytes(tmp_path)
    write_entries(tmp_path, [entry for entry in read_entries(tmp_path) if entry.file == "de/facts.yml"])
    assert read_bytes(tmp_path) == before


def test_entries_are_written_in_their_order(tmp_path: Path) -> None:
    write_tree(tmp_path)
    entries = [Entry("de/facts.yml", "a", "eins", 2), Entry("de/facts.yml", "b", "zwei", 1)]
    write_entries(tmp_path, entries)
    assert (tmp_path / "de/facts.yml").read_text(encoding="utf-8") == "b: zwei\na: eins\n"


def test_empty_file_has_no_entries(tmp_path: Path) -> None:
    write_tree(tmp_path)
    (tmp_path / "events.yml").write_text("", encoding="utf-8")
    (tmp_path / "rules.yml").write_text("[]\n", encoding="utf-8")
    assert not [entry for entry in read_entries(tmp_path) if entry.file in {"events.yml", "rules.yml"}]


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("rules.yml", "  force: in_force", "  force: in: force", "content/rules.yml:8 this is no YAML: mapping values"),
        ("rules.yml", "  force: in_force", "\tforce: in_force", "content/rules.yml:8 this is no YAML: "),
        ("rules.yml", "in_force", "later", "content/rules.yml:8 deposit: force: Input should be 'in_force' or 'open'"),
        (
            "rules.yml",
            "unit: months",
            "unit: moons",
            "content/rules.yml:11 deposit: figures.most.unit: Input should be",
        ),
        ("rules.yml", "  statement:", "  statment:", "content/rules.yml:1 deposit: statement: Field required"),
        ("rules.yml", "- id: deposit", "- name: deposit", "content/rules.yml:1 an item without id"),
        ("rules.yml", RULES, RULES + RULES, "content/rules.yml:12 deposit: this id is there twice"),
        ("rules.yml", "  force:", "  seen: 2026-11-22\n  force:", "content/rules.yml:8 the key seen is there twice"),
        ("rules.yml", RULES, "deposit: x\n", "content/rules.yml:1 a list is expected"),
        ("places.yml", "'112'", "112", "content/places.yml:8 emergency: phone: Input should be a valid string"),
        ("de/fields.yml", "housing: Wohnen", "- Wohnen", "content/de/fields.yml:1 keys with values are expected"),
        ("de/fields.yml", "housing: Wohnen", "a: x\na: y", "content/de/fields.yml:2 a: this id is there twice"),
        (
            "de/crisis.yml",
            "harmless:",
            "harmful:",
            "content/de/crisis.yml:4 harmful: no such key can stand in this file",
        ),
        (
            "ar/housing.yml",
            "  text: اسألوا",
            "  txt: اسألوا",
            "content/ar/housing.yml:2 find_flat: text: Field required",
        ),
        ("ar/housing.yml", "find_flat:", "greet:", "content/ar/housing.yml greet: it belongs into conversation.yml"),
    ],
)
def test_fault_is_told_in_one_line(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    write_tree(tmp_path)
    change(tmp_path, file, old, new)
    with pytest.raises(ContentError) as caught:
        read_entries(tmp_path)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("prices.yml", "content/prices.yml: this is no file of the content"),
        ("places.yaml", "content/places.yaml: this is no file of the content"),
        ("de/old/housing.yml", "content/de/old/housing.yml: this is no file of the content"),
        ("German/housing.yml", "content/German/housing.yml: this is no file of the content"),
    ],
)
def test_unknown_file_is_refused(tmp_path: Path, file: str, message: str) -> None:
    write_tree(tmp_path)
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text("a: b\n", encoding="utf-8")
    with pytest.raises(ContentError, match=message):
        read_entries(tmp_path)


@pytest.mark.parametrize("step", ["x" * 160, "x" * 144 + " {landlord.phone}"])
def test_longest_step_counts_a_placeholder_as_fifteen(tmp_path: Path, step: str) -> None:
    tree = build_tree()
    tree["de/housing.yml"]["find_flat"]["steps"] = [step]
    write_tree(tmp_path, tree)
    assert read_entries(tmp_path)


@pytest.mark.parametrize("step", ["x" * 161, "x" * 145 + " {landlord.phone}"])
def test_step_that_is_longer_is_refused(tmp_path: Path, step: str) -> None:
    tree = build_tree()
    tree["de/housing.yml"]["find_flat"]["steps"] = [step]
    with pytest.raises(ContentError, match=r"steps\.0: .*at most 160 characters"):
        write_tree(tmp_path, tree)


def test_file_of_no_field_is_refused(tmp_path: Path) -> None:
    write_tree(tmp_path)
    (tmp_path / "de/work.yml").write_text("job:\n  title: Arbeit\n  text: Hier.\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"content/de/work\.yml: topics\.yml has no such field"):
        read_entries(tmp_path)


def test_file_in_other_encoding_is_refused(tmp_path: Path) -> None:
    write_tree(tmp_path)
    (tmp_path / "de/fields.yml").write_bytes("housing: Wöhnen\n".encode("latin-1"))
    with pytest.raises(ContentError, match=r"content/de/fields\.yml: this is no YAML"):
        read_entries(tmp_path)


def test_folder_without_topics_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"content/topics\.yml: the file is missing"):
        read_entries(tmp_path)
