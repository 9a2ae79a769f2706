"""Training: `rasa train nlu` in a process of its own, one at a time, and which of its models is live."""

import datetime as dt
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from filelock import FileLock, Timeout

from bot.adapters.child_processes import signal_group, tie_to_parent
from bot.adapters.rasa_process import TrainedModel, find_live, nlu_environment, read_model_record
from bot.errors import ModelMissingError, TrainingError
from bot.settings import ROOT, Settings, environment

KEPT_MODELS = 5
_NICE = 10
_LIMIT_SECONDS = 1800.0
_HASH_LENGTH = 8

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_STEP = re.compile(r"(Starting to train|Finished training) component '(\w+)'")
_ERROR = re.compile(r"(?:\w+\.)*\w*(?:Exception|Error): \S")
_PLACE = re.compile(r'in ".+", (line \d+, column \d+)')
_NOISE = re.compile(r"Warning\b|^fatal: |^Traceback|^\s|^You can use https")

Say = Callable[[str], None]


def fingerprint_data(root: Path = ROOT) -> str:
    """Return the SHA-256 of everything that a model depends on: pipeline, domain, examples, code, calibration."""
    nlu = [path for pattern in ("*.py", "*.yml") for path in (root / "nlu").rglob(pattern)]
    return _hash_files(
        root, [root / "config.yml", root / "domain.yml", *nlu, *(root / "tests/nlu/dev").glob("*.jsonl")]
    )


def needs_training(settings: Settings, root: Path = ROOT) -> bool:
    """Tell whether there is no live model, or one that was trained on other data."""
    live = find_live(settings)
    return live is None or live.data != fingerprint_data(root)


def train(settings: Settings, say: Say, *, live: bool = True, root: Path = ROOT) -> TrainedModel:
    """Train a model from an empty cache, put it into var/models, and make it live unless told not to.

    `say` gets a line for each step. Raises TrainingError; then everything stays as it was.
    """
    with _alone(settings), _empty_folder(settings.models_dir / ".new") as folder:
        started = dt.datetime.now(dt.UTC)
        data = fingerprint_data(root)
        record = TrainedModel(
            model=f"nlu-{started:%Y%m%dT%H%M%SZ}-{data[:_HASH_LENGTH]}.tar.gz",
            data=data,
            trained_at=started.isoformat(timespec="seconds"),
            code=_hash_files(root, list((root / "nlu").rglob("*.py"))),
        )
        _run_rasa(settings, root, folder, record.model, say)
        (folder / record.model).replace(settings.models_dir / record.model)
        _write_record(_record_path(settings, record.model), record)
        if live:
            make_live(settings, record.model)
        _remove_old_models(settings)
    return record


def make_live(settings: Settings, model: str) -> TrainedModel:
    """Make a kept model the live one; who runs a server has to load it there. Raises ModelMissingError."""
    try:
        record = read_model_record(_record_path(settings, model))
    except (OSError, ValueError, TypeError):
        msg = f"there is no model {model} in {settings.models_dir}"
        raise ModelMissingError(msg) from None
    _write_record(settings.models_dir / "live.json", record)
    return record


def list_models(settings: Settings) -> list[TrainedModel]:
    """Return the kept models, newest first."""
    names = sorted((path.name for path in settings.models_dir.glob("nlu-*.tar.gz")), reverse=True)
    return [read_model_record(_record_path(settings, name)) for name in names if _record_path(settings, name).is_file()]


def _run_rasa(settings: Settings, root: Path, folder: Path, name: str, say: Say) -> None:
    arguments = ["--nlu", "nlu/data", "--config", "config.yml", "--domain", "domain.yml", "--out", str(folder)]
    command = [str(settings.nlu_python), "-m", "rasa", "train", "nlu", *arguments, "--fixed-model-name", name]
    say("starting Rasa")
    begun = time.monotonic()
    # The components read the development split relative to the project: so it runs there, but caches elsewhere.
    process = subprocess.Popen(
        tie_to_parent(command, nice=_NICE),
        cwd=root,
        env=_training_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        process_group=0,
    )
    with _ending(process):
        lines = _follow(process, settings.var_dir / "log" / "training.log", say)
        status = process.wait()
    if status != 0 or not (folder / name).is_file():
        msg = f"the training failed: {_find_reason(lines) or f'Rasa ended with status {status}'}"
        raise TrainingError(msg)
    say(f"trained {name} in {time.monotonic() - begun:.0f} s")


def _training_environment(folder: Path) -> dict[str, str]:
    """Return Rasa's environment with all that it writes inside a folder that is removed afterwards."""
    (folder / "tmp").mkdir()
    cold = {"RASA_MAX_CACHE_SIZE": "0", "RASA_CACHE_DIRECTORY": str(folder / "cache"), "TMPDIR": str(folder / "tmp")}
    return nlu_environment(environment()) | cold


def _follow(process: subprocess.Popen[str], log: Path, say: Say) -> list[str]:
    """Read Rasa's output to its end into the log, say each step, and return the lines without colours."""
    lines: list[str] = []
    begun: dict[str, float] = {}
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as file:
        for raw in process.stdout or ():
            line = _COLOUR.sub("", raw.rstrip())
            file.write(line + "\n")
            lines.append(line)
            if (step := _STEP.search(line)) is None:
                continue
            component = step[2]
            if step[1].startswith("Starting"):
                begun[component] = time.monotonic()
                say(f"training {component}")
            else:
                say(f"{component} took {time.monotonic() - begun.pop(component, time.monotonic()):.1f} s")
    return lines


@contextmanager
def _ending(process: subprocess.Popen[str]) -> Iterator[None]:
    """End the process group after the block, whatever ends it, and after half an hour in any case."""
    timer = threading.Timer(_LIMIT_SECONDS, signal_group, (process.pid, signal.SIGKILL))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        signal_group(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _find_reason(lines: list[str]) -> str | None:
    """Return the line that says most: the first error (Python prints the cause first), else the last line."""
    for number, line in enumerate(lines):
        if _ERROR.match(line):
            places = [place[1] for rest in lines[number:] if (place := _PLACE.search(rest))]
            return f"{line} ({places[-1]})" if places else line
    told = [line for line in lines if line.strip() and not _NOISE.search(line)]
    return told[-1] if told else None


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(settings.var_dir / "training.lock", timeout=0):
            yield
    except Timeout:
        msg = "another training is running: wait until it is done"
        raise TrainingError(msg) from None


@contextmanager
def _empty_folder(folder: Path) -> Iterator[Path]:
    """Lend an empty folder and remove it; what a killed training left there goes first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder.resolve()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_old_models(settings: Settings) -> None:
    live = find_live(settings)
    for record in list_models(settings)[KEPT_MODELS:]:
        if live is None or record.model != live.model:
            (settings.models_dir / record.model).unlink()
            _record_path(settings, record.model).unlink()


def _record_path(settings: Settings, model: str) -> Path:
    return settings.models_dir / (Path(model).name.removesuffix(".tar.gz") + ".json")


def _write_record(path: Path, record: TrainedModel) -> None:
    """Write a record so that a reader sees the old one or the new one, also after a crash."""
    new = path.with_name(f".{path.name}.new")
    with new.open("w", encoding="utf-8") as file:
        json.dump(asdict(record), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _hash_files(root: Path, paths: list[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.relative_to(root).as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()
