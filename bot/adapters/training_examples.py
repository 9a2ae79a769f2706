"""The training examples below nlu/data, read as Rasa reads them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML


class Example(NamedTuple):
    """A training example with its intent and its language."""

    text: str
    intent: str
    language: str


def read_examples(folder: Path) -> list[Example]:
    """Return the examples of all files below a folder, in the order of their names."""
    return [example for path in sorted(folder.rglob("*.yml")) for example in _read_file(path)]


def read_blocks(path: Path) -> list[dict[str, Any]]:
    """Return the blocks of one file: intents with metadata and examples, or synonyms."""
    return list(YAML(typ="safe").load(path.read_text(encoding="utf-8"))["nlu"])


def _read_file(path: Path) -> Iterator[Example]:
    for block in read_blocks(path):
        if "intent" in block:
            for line in block["examples"].splitlines():
                yield Example(line.removeprefix("- "), block["intent"], block["metadata"]["language"])
