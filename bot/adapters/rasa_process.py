"""The Rasa server as a process: its environment, its command, its model, and when it is ready."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from bot.adapters.child_processes import Child, Supervisor
from bot.adapters.rasa_nlu import RasaNlu
from bot.errors import ModelMissingError, NluUnavailableError
from bot.settings import ROOT, Settings, environment

GOLDEN_TEXT = "Deutschkurs"
READY_SECONDS = 55.0  # less than the Supervisor waits: this message says more
_LOOPBACK = "127.0.0.1"
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 0.5

# Rasa gets these of our environment, and no others: no token, no address of the database. LOG_LEVEL is not among
# them because Rasa reads a variable of the same name, and at DEBUG it logs what people write.
_PASSED = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
)
_FIXED = {
    "RASA_TELEMETRY_ENABLED": "false",
    "LOG_LEVEL": "INFO",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "PYTHONPATH": str(ROOT),
    "PYTHONUNBUFFERED": "1",
    "PYTHONUTF8": "1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "MPLBACKEND": "Agg",
    "CUDA_VISIBLE_DEVICES": "",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # A parse is one small product of vectors: more threads only cost memory and wake-ups.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class TrainedModel:
    """A trained model in var/models, and what it was trained on.

    Attributes:
        model: file name, nlu-<time>-<hash>.tar.gz.
        data: fingerprint of the training data, the pipeline and its code.
        trained_at: ISO 8601, UTC.
        code: fingerprint of the pipeline's code alone.

    """

    model: str
    data: str
    trained_at: str
    code: str


def nlu_environment(source: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for Rasa: a few variables of `source`, and what makes Rasa quiet and frugal."""
    return {name: source[name] for name in _PASSED if name in source} | _FIXED


def nlu_command(settings: Settings, model: Path, port: int | None = None) -> list[str]:
    """Return the command of a server with this model, on loopback only, at the port of NLU_URL or another."""
    port = port or urlsplit(settings.nlu_url).port or 5005
    arguments = ["run", "--enable-api", "-m", str(model.resolve()), "-p", str(port), "-i", _LOOPBACK, "--verbose"]
    return [str(settings.nlu_python), "-m", "rasa", *arguments]  # --verbose is INFO, one above message texts


def find_live(settings: Settings) -> TrainedModel | None:
    """Return what is known of the live model; None when there is none or its file is gone."""
    try:
        live = read_model_record(settings.models_dir / "live.json")
    except (OSError, ValueError, TypeError):
        return None
    return live if (settings.models_dir / live.model).is_file() else None


def find_model(settings: Settings) -> Path | None:
    """Return the file of the live model; None when there is none."""
    live = find_live(settings)
    return None if live is None else settings.models_dir / live.model


def get_model(settings: Settings) -> Path:
    """Return the file of the live model; raises ModelMissingError."""
    model = find_model(settings)
    if model is None:
        msg = f"there is no trained model in {settings.models_dir}: run `make train` first"
        raise ModelMissingError(msg)
    return model


def read_model_record(path: Path) -> TrainedModel:
    """Return the record of a model; raises OSError, ValueError or TypeError."""
    record = TrainedModel(**json.loads(path.read_text(encoding="utf-8")))
    if Path(record.model).name != record.model:
        msg = f"{path} names a model outside its folder"
        raise ValueError(msg)
    return record


async def wait_until_ready(
    nlu: RasaNlu,
    model_name: str,
    golden_text: str = GOLDEN_TEXT,
    *,
    limit: float = READY_SECONDS,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Return when the server has loaded this model and parses a text; raises NluUnavailableError after `limit` s.

    A server that could not load its model says in its log that it is up: the log proves nothing.
    """
    end, pause = monotonic() + limit, _FIRST_PAUSE
    while (problem := await _find_problem(nlu, model_name, golden_text)) is not None:
        if monotonic() + pause > end:
            msg = f"the NLU server is not ready after {limit:g} s: {problem}"
            raise NluUnavailableError(msg)
        await sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)


async def _find_problem(nlu: RasaNlu, model_name: str, golden_text: str) -> str | None:
    loaded = await nlu.find_model()
    if loaded is None:
        return "it does not answer, or has loaded no model"
    if loaded != model_name:
        return f"it has loaded {loaded}, not {model_name}"
    try:
        parse = await nlu.parse(golden_text)
    except NluUnavailableError as error:
        return str(error)
    return None if parse.ranking else "its parse names no intent"


def nlu_child(settings: Settings, nlu: RasaNlu, model: Path, *, name: str = "nlu", port: int | None = None) -> Child:
    """Return the server as a child for a Supervisor; `nlu` asks whether it is ready.

    It runs in the folder of the models, where no `.env`, endpoints.yml or credentials.yml lies.
    """
    return Child(
        name,
        nlu_command(settings, model, port),
        nlu_environment(environment()),
        ready=partial(wait_until_ready, nlu, model.name),
        directory=model.parent,
    )


@asynccontextmanager
async def start_nlu_if_needed(settings: Settings) -> AsyncIterator[RasaNlu]:
    """Lend a server with the live model: the one at NLU_URL if it has that model, else one for this block.

    Raises ModelMissingError, ChildDiedError.
    """
    model = get_model(settings)
    nlu = RasaNlu(settings.nlu_url, settings.nlu_timeout)
    try:
        if await nlu.find_model() == model.name:
            yield nlu
            return
    finally:
        await nlu.close()
    port = _find_free_port()
    nlu = RasaNlu(f"http://{_LOOPBACK}:{port}", settings.nlu_timeout)
    child = nlu_child(settings, nlu, model, name="nlu-on-demand", port=port)
    try:
        async with Supervisor([child], settings.var_dir / "log").running():
            yield nlu
    finally:
        await nlu.close()


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])
