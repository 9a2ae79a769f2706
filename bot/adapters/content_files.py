"""The files below content/ and the entries in them. The files are canonical: read and written again, they are the same.

docs/content.md shows the format. Scalars are read as they are written (2024-06-30 is no date object), so that the
models alone decide what a value means.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.errors import ContentError
from bot.messages.content import CONVERSATION_FILE, Answer, Entry, TopicTree

TREE: Final = "topics.yml"
# A fact or gap carries its id; elsewhere the key stands before.
_LISTS: Final = {"places.yml", "events.yml", "rules.yml", "gaps.yml"}
_SHORT: Final = {"topics", "languages", "groups", "keywords", "places", "events", "rules"}
_DATES: Final = {"source_date", "seen", "confirmed_on", "last_date", "next_date", "valid_from", "valid_until", "since"}
_TAG: Final = "tag:yaml.org,2002:"
_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]*)")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_NEVER: Final = 2**31  # a line is never so wide that it is wrapped


def read_entries(folder: Path) -> list[Entry]:
    """Return the entries of all files; raises ContentError with file and line for the first that cannot be read."""
    entries: list[Entry] = []
    for path in sorted(folder.rglob("*.y*ml")):  # a .yaml is refused, not overlooked
        entries += _read_file(path, path.relative_to(folder).as_posix())
    _check_places_of_answers(entries)
    return entries


def write_entries(folder: Path, entries: Iterable[Entry]) -> None:
    """Write the files of these entries; a file that none of them belongs to is left as it is."""
    files: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        files[entry.file].append(entry.normalise())
    for file, members in files.items():
        text = _write_text(file, sorted(members, key=lambda entry: (entry.position, entry.key)))
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        # A reader never sees half a file.
        fresh = path.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8", newline="\n")
        fresh.replace(path)


def canonicalise_folder(folder: Path) -> None:
    """Write every file again as an export would: comments go, keys are put in order."""
    write_entries(folder, read_entries(folder))


def _read_file(path: Path, file: str) -> list[Entry]:
    root = _compose(path, file)
    if root is None or (isinstance(root, ScalarNode) and not root.value):
        return []
    entries: dict[str, Entry] = {}
    for position, (key, node) in enumerate(_split(root, file)):
        if key in entries:
            raise ContentError(f"content/{file}:{_line(node)} {key}: this id is there twice")
        entry = Entry(file, key, _build_value(node, file), position)
        try:
            entries[key] = entry.normalise()
        except ContentError as error:
            raise ContentError(_tell_line(str(error), error, file, node)) from None
    return list(entries.values())


def _compose(path: Path, file: str) -> Node | None:
    try:
        root: Node | None = YAML(typ="safe", pure=True).compose(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise ContentError(f"content/{file}:{line} this is no YAML: {error.problem}") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise ContentError(f"content/{file}: this is no YAML: {' '.join(str(error).split())}") from None
    return root


def _split(root: Node, file: str) -> Iterator[tuple[str, Node]]:
    """Yield key and node of each entry."""
    if file == TREE:
        yield "tree", root
    elif file in _LISTS:
        if not isinstance(root, SequenceNode):
            raise ContentError(f"content/{file}:{_line(root)} a list is expected")
        for node in root.value:
            pairs = node.value if isinstance(node, MappingNode) else []
            key = next((str(value.value) for name, value in pairs if name.value == "id"), None)
            if key is None:
                raise ContentError(f"content/{file}:{_line(node)} an item without id")
            yield key, node
    elif isinstance(root, MappingNode):
        for name, node in root.value:
            yield str(name.value), node
    else:
        raise ContentError(f"content/{file}:{_line(root)} keys with values are expected")


def _build_value(node: Node, file: str) -> Any:
    if isinstance(node, SequenceNode):
        return [_build_value(item, file) for item in node.value]
    if isinstance(node, MappingNode):
        built: dict[str, Any] = {}
        for name, value in node.value:
            key = str(name.value)
            if key in built:
                raise ContentError(f"content/{file}:{_line(name)} the key {key} is there twice")
            built[key] = _build_value(value, file)
        return built
    kind = str(node.tag).removeprefix(_TAG)
    if kind == "null":
        return None
    if kind == "bool":
        return node.value.lower() == "true"
    if kind == "int" and _DECIMAL.fullmatch(node.value):
        return int(node.value)
    return float(node.value) if kind == "float" else node.value


def _tell_line(message: str, error: ContentError, file: str, node: Node) -> str:
    """Return the message with the line of the field that it is about."""
    if isinstance(error.__cause__, ValidationError):
        for part in error.__cause__.errors()[0]["loc"]:
            below = _step(node, part)
            if below is None:
                break
            node = below
    return message.replace(f"content/{file} ", f"content/{file}:{_line(node)} ", 1)


def _step(node: Node, part: int | str) -> Node | None:
    if isinstance(node, SequenceNode) and isinstance(part, int):
        return node.value[part] if part < len(node.value) else None
    if isinstance(node, MappingNode):
        return next((value for name, value in node.value if name.value == str(part)), None)
    return None


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _check_places_of_answers(entries: Iterable[Entry]) -> None:
    """Raise ContentError for an answer that stands in no field's file, or in the file of another field."""
    parsed = [(entry, entry.parse()) for entry in entries]
    tree = next((value for _, value in parsed if isinstance(value, TopicTree)), None)
    if tree is None:
        raise ContentError(f"content/{TREE}: the file is missing")
    files, known = tree.files, {CONVERSATION_FILE, *(f"{field.id}.yml" for field in tree.fields)}
    for entry, value in parsed:
        if isinstance(value, Answer) and entry.name not in known:
            raise ContentError(f"content/{entry.file}: {TREE} has no such field")
        if isinstance(value, Answer) and files.get(entry.key, entry.name) != entry.name:
            raise ContentError(f"content/{entry.file} {entry.key}: it belongs into {files[entry.key]}")


def _write_text(file: str, entries: list[Entry]) -> str:
    whole: Any
    if file == TREE:
        whole = entries[0].body
    elif file in _LISTS:
        whole = [entry.body for entry in entries]
    else:
        whole = {entry.key: entry.body for entry in entries}
    yaml = YAML()
    yaml.width = _NEVER
    yaml.allow_unicode = True
    stream = StringIO()
    yaml.dump(_style(whole), stream)
    return stream.getvalue()


def _style(body: Any, key: str = "", within: str = "") -> Any:
    """Return the body as ruamel writes it: dates plain, short lists and the figures of a rule in one line."""
    if isinstance(body, list):
        items = CommentedSeq(_style(item) for item in body)
        if key in _SHORT and not any(isinstance(item, dict | list) for item in body):
            items.fa.set_flow_style()
        return items
    if isinstance(body, dict):
        pairs = CommentedMap((name, _style(value, name, key)) for name, value in body.items())
        if within == "figures":
            pairs.fa.set_flow_style()
        return pairs
    return _write_date(body) if key in _DATES and isinstance(body, str) else body


def _write_date(text: str) -> str | int | dt.date:
    """Return what YAML writes without quotes: 2024, 2024-06 or 2024-06-30."""
    if _DAY.fullmatch(text):
        return dt.date.fromisoformat(text)
    return int(text) if text.isdecimal() else text
