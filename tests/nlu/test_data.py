"""The training data: enough, without repetition, apart from the questions that measure it."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable

import pytest
from ruamel.yaml import YAML

from bot.adapters.training_examples import Example, read_blocks, read_examples
from bot.languages import TAGS
from bot.services.evaluating import read_foreign
from bot.services.storing_content import build_content
from bot.settings import ROOT
from bot.states import Group
from nlu.normalizing import normalize
from tests.conftest import read_shipped

DATA = ROOT / "nlu" / "data"
# The test split is frozen: a change wants a line in the changelog.
FROZEN = {
    "ar": "e06990df01609429883f631e6b077aba65434a6bc596bd567910422c878bdcce",
    "de": "8718d90c660146a4dcec261be3931d0729ff720f9790d047b3eedd073b7c964c",
    "en": "a1be26bc33490bfd0ff47ba3830f173e9b3e46f1cf7a5dc0c637821df83485df",
    "fa": "8187fe5aae48b7c035e4d5a4d5291f771bc51c39106d73c8e8c3d59c01badc90",
    "fr": "e795693b83ebd417a4b18d523c51b3e22782649297b0827ab7910a32888c80e7",
    "ru": "b768d11d477c71dc9bd9e0861579d63b72073a1a52e183ced5053737d6742759",
    "tr": "8af0f486475c562250d04fa6a83cabf1e09d1e2f072f857228f921faea5d8d32",
    "uk": "4c4ee19f82fe8e1a3f2ac111234954f82b8d5e8a346171381bcb46a597375a94",
}


OFFERED = [example for tag in TAGS for example in read_examples(DATA / tag)]
ENTITIES: dict[str, set[str]] = {
    "group": {str(group) for group in Group},
    "level": {"A1", "A2", "B1", "B2", "C1", "C2", "none"},
}


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
    content = build_content(read_shipped())
    assert sorted(intents()) == sorted(content.topics)


def test_every_intent_has_twenty_examples_in_every_language() -> None:
    assert find_thin_intents(OFFERED, intents(), 20) == []


def test_planted_thin_intent_is_found() -> None:
    assert find_thin_intents(OFFERED, [*intents(), "new_topic"], 20) == [f"{tag} new_topic" for tag in TAGS]


def test_no_example_stands_twice() -> None:
    assert find_repetitions(OFFERED) == []
    assert find_repetitions(read_examples(DATA / "background")) == []


def test_planted_repetition_is_found() -> None:
    assert find_repetitions([Example("Hallo!", "greet", "de"), Example("hallo", "help", "de")])


def test_background_holds_no_offered_language_and_only_out_of_scope() -> None:
    background = read_examples(DATA / "background")
    assert not {example.language for example in background} & set(TAGS)
    assert {example.intent for example in background} == {"out_of_scope"}


def test_pipeline_names_the_offered_languages() -> None:
    config = YAML(typ="safe").load((ROOT / "config.yml").read_text(encoding="utf-8"))
    assert [step["languages"] for step in config["pipeline"] if "languages" in step] == [list(TAGS)] * 2


def synonyms() -> list[tuple[str, str]]:
    """Return (value, phrase) of all languages; values are written entity/value."""
    blocks = [block for tag in TAGS for block in read_blocks(DATA / tag / "entities.yml")]
    return [(b["synonym"], line.removeprefix("- ")) for b in blocks for line in b["examples"].splitlines()]


def find_contradictions(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Return the phrases that stand for two values: the phrases of all languages are looked for in every text."""
    values: dict[str, set[str]] = defaultdict(set)
    for value, phrase in pairs:
        values[normalize(phrase)].add(value)
    return sorted(phrase for phrase, found in values.items() if len(found) > 1)


def test_synonyms_name_entities_and_values_that_exist() -> None:
    domain = YAML(typ="safe").load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    named: dict[str, set[str]] = defaultdict(set)
    for value, _ in synonyms():
        entity, _, name = value.partition("/")
        named[entity].add(name)
    assert set(named) == set(domain["entities"])
    for entity, known in ENTITIES.items():
        assert named[entity] <= known
    assert len(named["district"]) > 25


@pytest.mark.parametrize("tag", TAGS)
def test_every_language_names_papers_levels_and_districts(tag: str) -> None:
    entities = {block["synonym"].split("/")[0] for block in read_blocks(DATA / tag / "entities.yml")}
    assert entities == {"group", "level", "district"}


def test_no_phrase_stands_for_two_things() -> None:
    assert find_contradictions(synonyms()) == []


def test_planted_contradiction_is_found() -> None:
    assert find_contradictions([("group/eu", "EU-Pass"), ("group/title", "eu-pass")]) == ["eu-pass"]


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
def test_messages_in_other_languages_are_in_none_that_is_offered(split: str) -> None:
    messages = read_foreign(ROOT / "tests" / "nlu" / "foreign" / f"{split}.jsonl")
    assert len(messages) >= 100
    assert not {message.language for message in messages} & set(TAGS)


@pytest.mark.parametrize("split", ["dev", "test"])
def test_questions_have_topics_that_exist(split: str) -> None:
    for tag in TAGS:
        for question in questions(split, tag):
            assert question["topic"] in intents()
            assert question["topic"] in question["accepted"]
