"""What Rasa is told, which model it gets, and when it counts as ready; no Rasa runs here."""

import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from bot.adapters.rasa_nlu import RasaNlu
from bot.adapters.rasa_process import (
    TrainedModel,
    find_live,
    find_model,
    get_model,
    nlu_child,
    nlu_command,
    nlu_environment,
    wait_until_ready,
)
from bot.errors import ModelMissingError, NluUnavailableError
from bot.messages.conversation import Parse, Ranked
from bot.settings import ROOT, Settings

MODEL = "nlu-20261124T045122Z-3c6c0dab.tar.gz"
RECORD = TrainedModel(MODEL, data="3c6c0dab", trained_at="2026-11-24T04:51:22+00:00", code="71c2f406")
UNDERSTOOD = Parse("de", 1.0, (Ranked("german_courses", 1.0),))
NOTHING = Parse("de", 1.0, ())


class ScriptedNlu(RasaNlu):
    """Answers from two lists, and keeps to their last entries."""

    def __init__(self, models: list[str | None], parses: list[Parse | str]) -> None:
        super().__init__("http://127.0.0.1:9", 1.0)
        self.models = models
        self.parses = parses

    async def find_model(self) -> str | None:
        return self.models.pop(0) if len(self.models) > 1 else self.models[0]

    async def parse(self, text: str) -> Parse:
        assert text
        parse = self.parses.pop(0) if len(self.parses) > 1 else self.parses[0]
        if isinstance(parse, str):
            raise NluUnavailableError(parse)
        return parse


class Time:
    """A clock that stands still but for the pauses, which take no time."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(var_dir=tmp_path / "var", nlu_url="http://127.0.0.1:5077")
    settings.models_dir.mkdir(parents=True)
    return settings


def put_live(settings: Settings, record: TrainedModel = RECORD) -> Path:
    (settings.models_dir / "live.json").write_text(json.dumps(asdict(record)))
    path = settings.models_dir / record.model
    path.touch()
    return path


async def wait(nlu: RasaNlu, time: Time, limit: float = 55.0) -> None:
    try:
        await wait_until_ready(nlu, MODEL, limit=limit, monotonic=time.monotonic, sleep=time.sleep)
    finally:
        await nlu.close()


def test_secrets_do_not_arrive_in_a_real_child() -> None:
    planted = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/home/someone",
        "SSL_CERT_FILE": "/etc/ssl/cert.pem",
        "TELEGRAM_BOT_TOKEN": "123:planted",
        "DATABASE_URL": "postgresql://user:planted@db/bot",
        "SESSION_SECRET": "planted",
        "LOG_LEVEL": "DEBUG",
        "PYTHONSTARTUP": "/usr/planted.py",
    }
    code = "import json, os; print(json.dumps(dict(os.environ)))"
    output = subprocess.run(
        [sys.executable, "-c", code], env=nlu_environment(planted), capture_output=True, text=True, check=True
    ).stdout
    arrived = json.loads(output)
    assert "planted" not in output
    assert {"TELEGRAM_BOT_TOKEN", "DATABASE_URL"}.isdisjoint(arrived)
    assert arrived["SSL_CERT_FILE"] == "/etc/ssl/cert.pem"
    assert arrived["LOG_LEVEL"] == "INFO"
    assert arrived["RASA_TELEMETRY_ENABLED"] == "false"
    assert arrived["PYTHONPATH"] == str(ROOT)


def test_environment_holds_nothing_that_is_not_there() -> None:
    assert {"PATH", "HOME", "LANG", "TMPDIR"}.isdisjoint(nlu_environment({}))


def test_command_listens_on_loopback_at_the_port_of_the_settings(settings: Settings) -> None:
    command = nlu_command(settings, Path("/models/a.tar.gz"))
    assert command[:4] == [str(settings.nlu_python), "-m", "rasa", "run"]
    assert command[command.index("-i") + 1] == "127.0.0.1"
    assert command[command.index("-p") + 1] == "5077"
    assert command[command.index("-m", 2) + 1] == "/models/a.tar.gz"
    assert {"--debug", "-vv", "--cors", "--credentials", "--endpoints"}.isdisjoint(command)


def test_command_takes_another_port(settings: Settings) -> None:
    command = nlu_command(settings, Path("/models/a.tar.gz"), 6001)
    assert command[command.index("-p") + 1] == "6001"


def test_child_has_the_cut_environment_and_no_files_around(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:planted")
    child = nlu_child(settings, RasaNlu(settings.nlu_url, 1.0), put_live(settings))
    assert child.directory == settings.models_dir
    assert "123:planted" not in child.environment.values()
    assert not child.show


def test_live_model_is_found(settings: Settings) -> None:
    path = put_live(settings)
    assert find_live(settings) == RECORD
    assert find_model(settings) == get_model(settings) == path


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"model": "a.tar.gz"}', '{"model": 1, "data": 2}'])
def test_damaged_record_counts_as_no_model(settings: Settings, text: str) -> None:
    put_live(settings)
    (settings.models_dir / "live.json").write_text(text)
    assert find_model(settings) is None


def test_record_may_not_name_a_file_elsewhere(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / MODEL).touch()
    put_live(settings, replace(RECORD, model=f"../../{MODEL}"))
    assert find_model(settings) is None


def test_missing_model_is_told_with_what_to_do(settings: Settings) -> None:
    put_live(settings).unlink()
    assert find_model(settings) is None
    with pytest.raises(ModelMissingError, match="make train"):
        get_model(settings)


async def test_server_is_ready_once_it_names_the_model_and_parses() -> None:
    time = Time()
    nlu = ScriptedNlu([None, None, "old.tar.gz", MODEL], ["it does not answer", NOTHING, UNDERSTOOD])
    await wait(nlu, time)
    assert len(time.pauses) == 5
    assert time.pauses == sorted(time.pauses)


async def test_pauses_stay_below_half_a_second() -> None:
    time = Time()
    with pytest.raises(NluUnavailableError):
        await wait(ScriptedNlu([None], []), time)
    assert max(time.pauses) == 0.5
    assert 54 < time.now <= 55


@pytest.mark.parametrize(
    ("model", "parse", "told"),
    [
        (None, UNDERSTOOD, "it does not answer, or has loaded no model"),
        ("old.tar.gz", UNDERSTOOD, f"it has loaded old.tar.gz, not {MODEL}"),
        (MODEL, "the NLU server does not answer (ReadTimeout)", "does not answer (ReadTimeout)"),
        (MODEL, NOTHING, "its parse names no intent"),
    ],
)
async def test_server_that_never_gets_ready_is_told_with_the_last_problem(
    model: str | None, parse: Parse | str, told: str
) -> None:
    with pytest.raises(NluUnavailableError) as caught:
        await wait(ScriptedNlu([model], [parse]), Time(), limit=2.0)
    assert "not ready after 2 s" in str(caught.value)
    assert told in str(caught.value)
