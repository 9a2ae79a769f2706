"""The trained model behind the real Rasa server."""

import asyncio
import json
import subprocess
import tarfile

import pytest

from bot.adapters.rasa_nlu import RasaNlu
from bot.adapters.rasa_process import find_model, nlu_environment
from bot.languages import TAGS
from bot.settings import ROOT, Settings, environment


def test_rasa_finds_the_data_valid(trained: Settings) -> None:
    command = [str(trained.nlu_python), "-m", "rasa", "data", "validate", "--fail-on-warnings"]
    arguments = ["--data", "nlu/data", "--domain", "domain.yml", "--config", "config.yml"]
    surroundings = nlu_environment(environment())
    done = subprocess.run(
        [*command, *arguments], cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("text", "language", "intent"),
    [
        ("Де можна вивчити німецьку?", "uk", "german_courses"),
        ("Wo finde ich einen Hausarzt?", "de", "find_doctor"),
        ("بدي بيت للأجار", "ar", "find_flat"),
        ("Wann ist die nächste Jobmesse für Migranten?", "de", "meet_employers"),
        ("أنا جديد في ماغديبورغ، من أين أبدأ؟", "ar", "first_steps"),
        ("дякую за допомогу", "uk", "thank"),
        ("Where can I get a translator for my appointment at the office?", "en", "interpreter"),
        ("Мне пришло письмо в жёлтом конверте, что делать?", "ru", "official_letter"),
        ("چطور آدرسم را ثبت کنم؟", "fa", "register_address"),
        ("Çocuğum için anaokulu yeri arıyorum", "tr", "childcare"),
        ("Mon patron ne me paie pas mon salaire", "fr", "labour_rights"),
    ],
)
async def test_question_is_understood(nlu: RasaNlu, text: str, language: str, intent: str) -> None:
    parse = await nlu.parse(text)
    assert (parse.language, parse.ranking[0].intent) == (language, intent)
    assert sum(ranked.confidence for ranked in parse.ranking) <= 1.000001


@pytest.mark.parametrize(
    ("text", "language"),
    [("Busco un médico que hable español", "es"), ("Szukam mieszkania, proszę o pomoc", "pl")],
)
async def test_language_that_is_not_offered_is_recognised(nlu: RasaNlu, text: str, language: str) -> None:
    parse = await nlu.parse(text)
    assert parse.language == language
    assert parse.language_probability > 0.9


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("Ich habe eine Duldung", "tolerated"),
        ("у мене Duldung", "tolerated"),
        ("معي Duldung", "tolerated"),
        ("I have a Duldung", "tolerated"),
        ("дулдунг у меня", "tolerated"),
    ],
)
async def test_paper_is_recognised(nlu: RasaNlu, text: str, group: str) -> None:
    assert [(entity.entity, entity.value) for entity in (await nlu.parse(text)).entities] == [("group", group)]


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("Ich habe B1 und wohne in Sudenburg", "level", "B1"),
        ("уровень B1, живу в Буккау", "level", "B1"),
        ("Kita in Neu Olvenstedt", "district", "Neu Olvenstedt"),
    ],
)
async def test_level_and_district_are_recognised(nlu: RasaNlu, text: str, entity: str, value: str) -> None:
    assert (entity, value) in [(found.entity, found.value) for found in (await nlu.parse(text)).entities]


@pytest.mark.parametrize(
    "text", ["elle a 2 ans", "Magdeburg'a 2 ay önce geldim", "I need a 2 room flat", "c 1 problème"]
)
async def test_innocent_letter_and_number_is_no_level(nlu: RasaNlu, text: str) -> None:
    assert [found for found in (await nlu.parse(text)).entities if found.entity == "level"] == []


async def test_word_that_only_contains_a_paper_is_none(nlu: RasaNlu) -> None:
    assert (await nlu.parse("Geduldungsfaden und Meduldung")).entities == ()


@pytest.mark.parametrize("text", ["", "?", "🤷" * 250, "\u202e" * 500, "ا" * 500, "a b " * 125])
async def test_strange_text_does_not_break_it(nlu: RasaNlu, text: str) -> None:
    assert (await nlu.parse(text)).ranking


async def test_probabilities_mean_what_they_say(nlu: RasaNlu) -> None:
    """Expected calibration error over ten bins of width 0.1 (Guo et al. 2017, equation 3), on the development split."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(10)]
    for tag in TAGS:
        for line in (ROOT / "tests" / "nlu" / "dev" / f"{tag}.jsonl").read_text(encoding="utf-8").splitlines():
            question = json.loads(line)
            best = (await nlu.parse(question["text"])).ranking[0]
            right = best.intent in question["accepted"]
            bins[min(9, int(best.confidence * 10))].append((best.confidence, right))
    total = sum(map(len, bins))
    error = sum(abs(sum(c for c, _ in b) - sum(r for _, r in b)) for b in bins) / total
    assert error < 0.1


def test_model_holds_no_pickle(trained: Settings) -> None:
    model = find_model(trained)
    assert model is not None
    with tarfile.open(model) as archive:
        names = [member.name for member in archive if member.isfile()]
    assert any(name.endswith("weights.npz") for name in names)
    assert not [name for name in names if name.endswith((".pkl", ".pickle", ".joblib", ".h5"))]


async def test_many_at_once_are_all_answered(nlu: RasaNlu) -> None:
    parses = await asyncio.gather(*(nlu.parse(f"Ich suche {count} Zimmer") for count in range(50)))
    assert {parse.ranking[0].intent for parse in parses} == {"find_flat"}
