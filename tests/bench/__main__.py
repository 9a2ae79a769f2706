"""`python -m tests.bench`: parse, whole path, throughput, memory, training, start, queue; as a table and as JSON.

With the names of parts it measures these alone (`python -m tests.bench queue`) and leaves the others as they are.
"""

import asyncio
import datetime as dt
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from bot.adapters.rasa_nlu import RasaNlu
from bot.adapters.rasa_training import needs_training, train
from bot.settings import ROOT, Settings, environment, get_settings
from tests.bench.review_queue import measure_queues
from tests.chaos.children import NluServer
from tests.chaos.databases import KINDS, Databases, Kind
from tests.chaos.judging import judge
from tests.chaos.machine import describe_machine, find_median, find_tail
from tests.chaos.preparing import make_speaker, prepared, seed_random
from tests.chaos.questions import Asked, Pool, deal_questions
from tests.chaos.stage import Stage, open_stage
from tests.chaos.waiting import wait_until

Figures = dict[str, Any]
SINGLE, LOAD_CHATS, LOAD_EACH = 150, 100, 20
REPORT = ROOT / "reports" / "bench.json"
_MEGABYTE = 2**20
_say = make_speaker("bench")


def main(wanted: Sequence[str] = ()) -> None:
    """Measure everything, or the wanted parts alone; print a table, write reports/bench.json."""
    if unknown := set(wanted) - set(PARTS):
        raise SystemExit(f"bench: no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    figures = json.loads(REPORT.read_text(encoding="utf-8")) if wanted else {}
    if not wanted:
        figures |= {"at": tell_now(), "machine": describe_machine(ROOT / "var")}
    for part in wanted or PARTS:
        _say(f"part: {part}")
        figures |= PARTS[part]()
        if wanted:  # the rest of the report is older, and so is its time
            figures["measured later"] = figures.get("measured later", {}) | {
                part: f"{tell_now()}, load {os.getloadavg()[0]:.1f}"
            }
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    Console().print(build_table(figures))


def tell_now() -> str:
    """Return the time, to the second."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def measure_start() -> Figures:
    """Return what starting takes, trained first if need be."""
    if needs_training(get_settings()):
        train(get_settings(), _say)
    return {"start": {"make run to first answer, s": measure_first_answer()}}


def measure_messages() -> Figures:
    """Return what the Rasa server takes, and the whole bot on each database."""
    figures: Figures = {}
    rng = seed_random(1)
    with prepared(1) as (nlu, pool, recogniser):
        figures["nlu"] = {"ready after, s": restart(nlu), **measure_parse(nlu, pool, rng)}
        for kind in KINDS:
            databases = Databases(kind)
            with open_stage(databases, nlu) as stage:
                stage.start_bot()
                figures[kind] = measure_bot(stage, nlu, kind, pool, rng)
                asked = deal_questions(pool, rng, chats=LOAD_CHATS, per_chat=LOAD_EACH)
                figures[kind] |= measure_load(stage, nlu, asked, recogniser)
            databases.close()
    return figures


def measure_training() -> Figures:
    """Return seconds of the whole command and the size of the model, from an empty cache into a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "var") as folder:
        settings = Settings(_env_file=None, var_dir=Path(folder))
        begun = time.monotonic()
        record = train(settings, _say)
        size = (settings.models_dir / record.model).stat().st_size / _MEGABYTE
        return {"training": {"whole command, s": round(time.monotonic() - begun, 1), "model, MB": round(size, 1)}}


def measure_first_answer() -> float:
    """Return the seconds from `make run`, set up and trained, to the first answer in the terminal."""
    variables = {name: value for name, value in environment().items() if name != "TELEGRAM_BOT_TOKEN"}
    begun = time.monotonic()
    command = ["make", "--no-print-directory", "-C", str(ROOT), "run"]
    with subprocess.Popen(command, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("Де можна вивчити німецьку?\n")
        process.stdin.close()
        asked = False
        for line in process.stdout:
            asked = asked or line.startswith("> ")
            if asked and "📚" in line:
                seconds = time.monotonic() - begun
                process.stdout.read()
                return round(seconds, 1)
    raise RuntimeError("make run gave no answer")


def restart(nlu: NluServer) -> float:
    """Return the seconds from the start of the Rasa server to its first parse."""
    nlu.stop()
    return round(nlu.start(), 1)


def measure_parse(nlu: NluServer, pool: Pool, rng: random.Random) -> Figures:
    """Return p50 and p95 of the bare parse over HTTP, in milliseconds, and the memory of the server."""
    times = asyncio.run(time_parses(nlu, [asked.question.text for asked in deal_questions(pool, rng, chats=60)]))
    return {"parse p50, ms": find_median(times), "parse p95, ms": find_tail(times), "memory, MB": read_memory(nlu.pid)}


async def time_parses(nlu: NluServer, texts: Sequence[str]) -> list[float]:
    """Return the milliseconds of each parse, one after the other, after a warm-up."""
    client = RasaNlu(nlu.url, 5)
    times = []
    for number, text in enumerate([*texts[:10], *texts]):
        begun = time.perf_counter()
        await client.parse(text)
        if number >= len(texts[:10]):
            times.append((time.perf_counter() - begun) * 1000)
    await client.close()
    return times


def measure_bot(stage: Stage, nlu: NluServer, kind: Kind, pool: Pool, rng: random.Random) -> Figures:
    """Return the time from update to the reply's first sendMessage, less the bare parse of the same text."""
    asked = deal_questions(pool, rng, chats=SINGLE // 5)
    parses = asyncio.run(time_parses(nlu, [one.question.text for one in asked]))
    paths = []
    for one, parse in zip(asked, parses, strict=True):
        wave = stage.open_wave()
        begun = time.time()
        wave.push([one])
        wait_until(lambda wave=wave: bool(wave.sent), 10, "a reply")  # type: ignore[misc]
        paths.append((wave.sent[0].time - begun) * 1000 - parse)
        stage.wait_until_idle(wave)
    _say(f"{kind}: {len(paths)} single messages")
    return {
        "path less parse p50, ms": find_median(paths),
        "path less parse p95, ms": find_tail(paths),
        "bot memory at start, MB": read_memory(stage.bot.pid),
    }


def measure_load(stage: Stage, nlu: NluServer, asked: list[Asked], recogniser: Any) -> Figures:
    """Return messages a second while the bot has always something to do, and what came of order and memory."""
    wave = stage.open_wave()
    begun = time.monotonic()
    wave.push(asked)
    stage.wait_until_idle(wave, 300)
    seconds = time.monotonic() - begun
    tally = judge(wave.asked, wave.sent, recogniser)
    return {
        "messages": len(asked),
        "messages a second": round(len(asked) / seconds, 1),
        "lost": tally.lost,
        "out of order": tally.out_of_order,
        "bot memory after, MB": read_memory(stage.bot.pid),
        "NLU memory after, MB": read_memory(nlu.pid),
    }


def read_memory(pid: int) -> int:
    """Return the resident memory of a process and its children, in MB."""
    process = psutil.Process(pid)
    return round(sum(one.memory_info().rss for one in [process, *process.children(recursive=True)]) / _MEGABYTE)


def build_table(figures: Figures) -> Table:
    """Return one row a figure."""
    table = Table("part", "figure", "value", title="Bench")
    for part, values in figures.items():
        for name, value in values.items() if isinstance(values, dict) else [("", values)]:
            table.add_row(part, name, str(value))
    return table


PARTS: Mapping[str, Callable[[], Figures]] = {
    "training": measure_training,
    "start": measure_start,
    "messages": measure_messages,
    "queue": lambda: measure_queues(_say),
}


if __name__ == "__main__":
    main(sys.argv[1:])
