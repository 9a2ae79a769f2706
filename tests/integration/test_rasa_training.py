"""A real training on a tiny project, a real server on its model; where only Rasa's words matter, a script says them."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from filelock import FileLock

from bot.adapters.rasa_nlu import RasaNlu
from bot.adapters.rasa_process import (
    TrainedModel,
    find_live,
    find_model,
    get_model,
    start_nlu_if_needed,
    wait_until_ready,
)
from bot.adapters.rasa_training import fingerprint_data, list_models, make_live, needs_training, train
from bot.errors import ModelMissingError, NluUnavailableError, TrainingError
from bot.settings import ROOT, Settings

CONFIG = """\
recipe: default.v1
assistant_id: tiny
language: de
pipeline:
  - name: nlu.components.language_identifier.LanguageIdentifier
    languages: [de, uk]
  - name: nlu.components.ngram_intent_classifier.NgramIntentClassifier
    languages: [de, uk]
policies: []
"""
EXAMPLES = {
    "de": {
        "find_flat": [
            "Ich suche eine Wohnung",
            "Wo finde ich eine Wohnung?",
            "Zimmer zu mieten",
            "Mietwohnung gesucht",
        ],
        "find_doctor": ["Ich brauche einen Arzt", "Wo ist ein Arzt?", "Hausarzt gesucht", "Zahnarzt in der Nähe"],
    },
    "uk": {
        "find_flat": ["Шукаю квартиру", "Де знайти квартиру?", "Орендувати кімнату", "Потрібне житло"],
        "find_doctor": ["Мені потрібен лікар", "Де знайти лікаря?", "Сімейний лікар", "Стоматолог поруч"],
    },
}
OLD = [
    TrainedModel(f"nlu-2020010{day}T000000Z-00000000.tar.gz", "0" * 64, f"2020-01-0{day}T00:00:00+00:00", "0" * 64)
    for day in range(1, 8)
]


class Trained(NamedTuple):
    """The tiny project after its training."""

    settings: Settings
    root: Path
    model: TrainedModel
    said: list[str]
    live_before: TrainedModel | None


def write_project(root: Path) -> Path:
    for language, intents in EXAMPLES.items():
        blocks = [
            f"- intent: {intent}\n  metadata:\n    language: {language}\n  examples: |\n"
            + "".join(f"    - {text}\n" for text in texts)
            for intent, texts in intents.items()
        ]
        data = root / "nlu" / "data" / language
        data.mkdir(parents=True)
        (data / "all.yml").write_text('version: "3.1"\nnlu:\n' + "".join(blocks), encoding="utf-8")
        development = root / "tests" / "nlu" / "dev" / f"{language}.jsonl"
        development.parent.mkdir(parents=True, exist_ok=True)
        lines = [{"text": texts[0], "topic": intent} for intent, texts in intents.items()]
        development.write_text("".join(json.dumps(line) + "\n" for line in lines))
    (root / "config.yml").write_text(CONFIG)
    (root / "domain.yml").write_text('version: "3.1"\nintents: [find_flat, find_doctor]\n')
    return root


def put_model(settings: Settings, record: TrainedModel) -> None:
    settings.models_dir.mkdir(parents=True, exist_ok=True)
    (settings.models_dir / record.model).touch()
    (settings.models_dir / record.model.replace(".tar.gz", ".json")).write_text(json.dumps(asdict(record)))


def scripted(tmp_path: Path, script: str) -> Settings:
    """Return settings whose Rasa is a shell script; the script finds the model's place in $out and $name."""
    program = tmp_path / "rasa.sh"
    program.write_text(f"#!/bin/sh\nout=${{12}} name=${{14}}\n{script}\n")
    program.chmod(0o755)
    return Settings(var_dir=tmp_path / "var", nlu_python=program)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    root = write_project(tmp_path_factory.mktemp("project"))
    settings = Settings(var_dir=tmp_path_factory.mktemp("var"), nlu_url="http://127.0.0.1:9", nlu_timeout=10)
    for record in OLD:
        put_model(settings, record)
    make_live(settings, OLD[0].model)
    said: list[str] = []
    model = train(settings, said.append, live=False, root=root)
    live_before = find_live(settings)
    make_live(settings, model.model)
    return Trained(settings, root, model, said, live_before)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project")


def test_training_says_each_component_and_its_seconds(trained: Trained) -> None:
    assert trained.said[0] == "starting Rasa"
    assert "training LanguageIdentifier" in trained.said
    assert any(line.startswith("NgramIntentClassifier took ") for line in trained.said)
    assert trained.said[-1].startswith(f"trained {trained.model.model} in ")


def test_training_leaves_the_live_model_alone_when_told_to(trained: Trained) -> None:
    assert trained.live_before == OLD[0]


def test_trained_model_lies_in_its_place_and_says_what_it_was_trained_on(trained: Trained) -> None:
    path = get_model(trained.settings)
    assert path == trained.settings.models_dir / trained.model.model
    assert path.stat().st_size > 1000
    assert trained.model.data == fingerprint_data(trained.root)
    assert trained.model.model.endswith(f"Z-{trained.model.data[:8]}.tar.gz")


def test_last_five_models_and_the_one_that_was_live_are_kept(trained: Trained) -> None:
    kept = [record.model for record in list_models(trained.settings)]
    assert kept == [trained.model.model, *(record.model for record in reversed(OLD[3:])), OLD[0].model]
    assert sorted(path.name for path in trained.settings.models_dir.glob("*.tar.gz")) == sorted(kept)


def test_training_leaves_nothing_else_behind(trained: Trained) -> None:
    assert not list(trained.root.rglob(".rasa"))
    assert not (ROOT / ".rasa").exists()
    assert not (trained.settings.models_dir / ".new").exists()


def test_training_is_needed_once_the_data_differ(trained: Trained) -> None:
    assert not needs_training(trained.settings, trained.root)
    calibration = trained.root / "tests" / "nlu" / "dev" / "de.jsonl"
    before = calibration.read_text()
    calibration.write_text(before + before)
    try:
        assert needs_training(trained.settings, trained.root)
    finally:
        calibration.write_text(before)


async def test_server_on_the_model_is_started_used_and_ended(trained: Trained) -> None:
    others = set(psutil.Process().children())
    async with start_nlu_if_needed(trained.settings) as nlu:
        await wait_until_ready(nlu, trained.model.model, limit=5)
        parse = await nlu.parse("Ich suche eine Wohnung")
        assert (parse.language, parse.ranking[0].intent) == ("de", "find_flat")
        assert (await nlu.parse("Де знайти лікаря?")).ranking[0].intent == "find_doctor"
        with pytest.raises(NluUnavailableError, match=rf"has loaded {trained.model.model}, not nlu-other"):
            await wait_until_ready(nlu, "nlu-other.tar.gz", limit=0.3)
        (server,) = set(psutil.Process().children()) - others
        assert not any("DATABASE_URL" in name or "TOKEN" in name for name in server.environ())
        address = f"http://127.0.0.1:{server.net_connections()[0].laddr.port}"
        async with start_nlu_if_needed(trained.settings.model_copy(update={"nlu_url": address})) as running:
            assert (await running.parse("Hausarzt gesucht")).ranking[0].intent == "find_doctor"
            assert set(psutil.Process().children()) - others == {server}
    assert not server.is_running()
    log = (trained.settings.var_dir / "log" / "nlu-on-demand.log").read_text()
    assert "up and running" in log
    assert "Wohnung" not in log


async def test_server_that_could_not_load_its_model_is_not_ready(tmp_path: Path) -> None:
    others = set(psutil.Process().children())
    settings = Settings(var_dir=tmp_path, nlu_url="http://127.0.0.1:9")
    put_model(settings, OLD[0])
    make_live(settings, OLD[0].model)
    log = tmp_path / "log" / "nlu-on-demand.log"

    async def start() -> None:
        async with start_nlu_if_needed(settings):
            pytest.fail("it counted as ready")

    starting = asyncio.create_task(start())
    async with asyncio.timeout(60):
        while not (log.exists() and "up and running" in log.read_text()):  # noqa: ASYNC110 - a log has no event
            await asyncio.sleep(0.1)
    await asyncio.sleep(1)
    assert not starting.done()
    (server,) = set(psutil.Process().children()) - others
    (connection, *_) = server.net_connections()
    nlu = RasaNlu(f"http://127.0.0.1:{connection.laddr.port}", 5)
    with pytest.raises(NluUnavailableError, match="has loaded no model"):
        await wait_until_ready(nlu, OLD[0].model, limit=0.3)
    await nlu.close()
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    assert not server.is_running()


def test_broken_yaml_is_told_in_one_line_and_nothing_changes(trained: Trained, project: Path) -> None:
    (project / "nlu" / "data" / "de" / "all.yml").write_text('version: "3.1"\nnlu:\n  - intent: a\n   examples: |\n')
    before = sorted(path.name for path in trained.settings.models_dir.iterdir())
    with pytest.raises(TrainingError) as caught:
        train(trained.settings, lambda _: None, root=project)
    told = str(caught.value)
    assert "\n" not in told
    assert "YamlSyntaxException" in told
    assert "nlu/data/de/all.yml" in told
    assert "line 4" in told
    assert sorted(path.name for path in trained.settings.models_dir.iterdir()) == before
    assert find_live(trained.settings) == trained.model


def test_first_error_of_a_traceback_is_told(tmp_path: Path, project: Path) -> None:
    script = """
echo 'x.py:1: DeprecationWarning: noise'
echo 'Traceback (most recent call last):'
echo 'ValueError: the intent block names no language'
echo 'The above exception was the direct cause of the following exception:'
echo 'rasa.engine.exceptions.GraphComponentException: Error running graph component'
exit 1
"""
    settings = scripted(tmp_path, script)
    with pytest.raises(TrainingError, match=r"failed: ValueError: the intent block names no language$"):
        train(settings, lambda _: None, root=project)


def test_silent_failure_is_told_by_its_status(tmp_path: Path, project: Path) -> None:
    with pytest.raises(TrainingError, match="Rasa ended with status 7"):
        train(scripted(tmp_path, "exit 7"), lambda _: None, root=project)


def test_success_without_a_model_is_a_failure(tmp_path: Path, project: Path) -> None:
    with pytest.raises(TrainingError, match="No training data given"):
        train(scripted(tmp_path, "echo No training data given."), lambda _: None, root=project)


def test_training_runs_politely_and_without_secrets(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:planted")
    settings = scripted(tmp_path, 'touch "$out/$name"; nice; env')
    model = train(settings, lambda _: None, root=project)
    output = (settings.var_dir / "log" / "training.log").read_text()
    assert int(output.split()[0]) == min(19, os.nice(0) + 10)
    assert "RASA_MAX_CACHE_SIZE=0" in output
    assert "planted" not in output
    assert find_model(settings) == settings.models_dir / model.model


def test_second_training_at_the_same_time_is_refused(tmp_path: Path, project: Path) -> None:
    settings = scripted(tmp_path, "exit 1")
    settings.var_dir.mkdir()
    with (
        FileLock(settings.var_dir / "training.lock"),
        pytest.raises(TrainingError, match="another training is running"),
    ):
        train(settings, lambda _: None, root=project)


def test_interrupted_training_ends_the_whole_group(tmp_path: Path, project: Path) -> None:
    pids = tmp_path / "pids"
    script = f"sleep 600 & echo $! $$ > {pids}; echo \"Starting to train component 'Slow'.\"; wait"

    def interrupt(line: str) -> None:
        if line == "training Slow":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(scripted(tmp_path, script), interrupt, root=project)
    assert all_gone([int(word) for word in pids.read_text().split()])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_training_dies_with_a_trainer_that_is_killed(tmp_path: Path, project: Path) -> None:
    pids = tmp_path / "pids"
    settings = scripted(tmp_path, f"echo $$ > {pids}; echo \"Starting to train component 'Slow'.\"; exec sleep 600")
    code = f"""
import pathlib
from bot.adapters.rasa_training import train
from bot.settings import Settings
settings = Settings(var_dir={str(settings.var_dir)!r}, nlu_python={str(settings.nlu_python)!r})
train(settings, lambda line: print(line, flush=True), root=pathlib.Path({str(project)!r}))
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as trainer:
        assert trainer.stdout is not None
        while trainer.stdout.readline().strip() != "training Slow":
            assert trainer.poll() is None
        trainer.kill()
    assert all_gone([int(pids.read_text())])


def test_unknown_model_cannot_go_live(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path)
    with pytest.raises(ModelMissingError, match=r"no model nlu-x\.tar\.gz"):
        make_live(settings, "nlu-x.tar.gz")


def all_gone(pids: list[int]) -> bool:
    _, alive = psutil.wait_procs(list(_find_processes(pids)), timeout=5)
    return all(process.status() == psutil.STATUS_ZOMBIE for process in alive)


def _find_processes(pids: list[int]) -> Iterator[psutil.Process]:
    for pid in pids:
        try:
            yield psutil.Process(pid)
        except psutil.NoSuchProcess:
            continue
