"""The training data: enough, without repetition, apart from the questions that measure it."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from ruamel.yaml import YAML

from bot.adapters.content_files import read_entries
from bot.languages import TAGS
from bot.services.storing_content import build_content
from bot.settings import ROOT
from bot.states import Group
from nlu.normalizing import normalize

DATA = ROOT / "nlu" / "data"
# The test split is frozen: a change wants a line in the changelog.
FROZEN = {
    "ar": "2ece3c6fb93a396dbddb84b328191e9799bc71243f066e1f452745f23666375f",
    "de": "bc682563db4f9c5537ec52e884fb962e6f1ab2823ccc0eb0012b4498bf2818aa",
    "uk": "c9695c2059c88bb7b192d887042d7a51c427087f6cc9f6854fafb650d4fcce6f",
}


class Example(NamedTuple):
    """A training example and where it stands."""

    text: str
    intent: str
    language: str


def read_yaml(path: Path) -> dict[str, list[dict[str, str]]]:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def examples(folder: Path) -> list[Example]:
    found = []
    for path in sorted(folder.rglob("*.yml")):
        for block in read_yaml(path)["nlu"]:
            if "intent" in block:
                language: str = block["metadata"]["language"]  # type: ignore[index]
                lines = block["examples"].splitlines()
                found += [Example(line.removeprefix("- "), block["intent"], language) for line in lines]
    return found


OFFERED = [example for tag in TAGS for example in examples(DATA / tag)]


def find_thin_intents(given: Iterable[Example], intents: Iterable[str], least: int) -> list[str]:
    counts = Counter((example.language, example.intent) for example in given)
    return [f"{tag} {intent}" for tag in TAGS for intent in intents if counts[tag, intent] < least]


def find_repetitions(given: Iterable[Example]) -> list[str]:
    """Return the texts that stand twice, in one intent or in two."""
    seen: dict[str, list[Example]] = defaultdict(list)
    for example in given:
        seen[normalize(example.text).strip(" ?!.")].append(example)
    return [f"{[e.intent for e in found]} {found[0].text}" for found in seen.values() if len(found) > 1]


def intents() -> list[str]:
    domain = YAML(typ="safe").load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return list(domain["intents"])


def questions(split: str, tag: str) -> list[dict[str, str]]:
    path = ROOT / "tests" / "nlu" / split / f"{tag}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def find_leaks(given: Iterable[Example], texts: Iterable[str]) -> list[str]:
    """Return questions of some length that are also training examples; everybody says hello alike."""
    known = {normalize(example.text).strip(" ?!.") for example in given}
    return [text for text in texts if len(text.split()) > 4 and normalize(text).strip(" ?!.") in known]


def test_intents_are_the_topics() -> None:
    content = build_content(read_entries(ROOT / "content"))
    assert sorted(intents()) == sorted(content.topics)


def test_every_intent_has_twenty_examples_in_every_language() -> None:
    assert find_thin_intents(OFFERED, intents(), 20) == []


def test_planted_thin_intent_is_found() -> None:
    assert find_thin_intents(OFFERED, [*intents(), "new_topic"], 20) == [f"{tag} new_topic" for tag in TAGS]


def test_no_example_stands_twice() -> None:
    assert find_repetitions(OFFERED) == []
    assert find_repetitions(examples(DATA / "background")) == []


def test_planted_repetition_is_found() -> None:
    assert find_repetitions([Example("Hallo!", "greet", "de"), Example("hallo", "help", "de")])


def test_background_holds_no_offered_language_and_only_out_of_scope() -> None:
    background = examples(DATA / "background")
    assert not {example.language for example in background} & set(TAGS)
    assert {example.intent for example in background} == {"out_of_scope"}


def test_pipeline_names_the_offered_languages() -> None:
    config = YAML(typ="safe").load((ROOT / "config.yml").read_text(encoding="utf-8"))
    assert [step["languages"] for step in config["pipeline"] if "languages" in step] == [list(TAGS)] * 2


def test_synonyms_name_groups_that_exist() -> None:
    values = [block["synonym"] for tag in TAGS for block in read_yaml(DATA / tag / "entities.yml")["nlu"]]
    assert {value.split("/")[0] for value in values} == {"group"}
    assert {value.split("/")[1] for value in values} <= set(Group)


@pytest.mark.parametrize("tag", TAGS)
def test_questions_that_measure_are_no_training_examples(tag: str) -> None:
    for split in ("dev", "test"):
        assert find_leaks(OFFERED, (question["text"] for question in questions(split, tag))) == []


def test_planted_leak_is_found() -> None:
    text = next(example.text for example in OFFERED if len(example.text.split()) > 4)
    assert find_leaks(OFFERED, [text + "?"]) == [text + "?"]


@pytest.mark.parametrize("tag", TAGS)
def test_test_split_is_frozen_and_apart_from_the_development_split(tag: str) -> None:
    path = ROOT / "tests" / "nlu" / "test" / f"{tag}.jsonl"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == FROZEN[tag], "a change wants a line in the changelog"
    longer = [{q["text"] for q in questions(split, tag) if len(q["text"].split()) > 4} for split in ("dev", "test")]
    assert not longer[0] & longer[1]


@pytest.mark.parametrize("split", ["dev", "test"])
def test_questions_have_topics_that_exist(split: str) -> None:
    for tag in TAGS:
        for question in questions(split, tag):
            assert question["topic"] in intents()
            assert question["topic"] in question["accepted"]
