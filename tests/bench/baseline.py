"""`python -m tests.bench.baseline`: stock DIET and ours on one fixed subset, side by side in one run.

The subset is the first 20 examples of each intent in German and Arabic, in the order of the files; its hash stands in
the report. Both models are trained from an empty cache by the same command, served by the same server, and asked the
questions of the test split in these languages. Our pipeline is calibrated on the development split, as it ships; which
topic comes first does not depend on that.
"""

import asyncio
import datetime as dt
import hashlib
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from shutil import copy, copytree
from statistics import median
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from bot.adapters.rasa_nlu import RasaNlu
from bot.adapters.rasa_process import get_model, start_nlu_if_needed
from bot.adapters.rasa_training import train
from bot.adapters.training_examples import Example, read_examples
from bot.services.deciding import CRISIS, OUT_OF_SCOPE
from bot.services.evaluating import Question, read_questions
from bot.settings import ROOT, Settings
from tests.chaos.machine import describe_machine
from tests.chaos.preparing import make_speaker

SUBSET, LANGUAGES, EACH = "de-ar-20", ("de", "ar"), 20
REPORT = ROOT / "reports" / "baseline.json"
_STOCK: list[dict[str, Any]] = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True, "random_seed": 1},
]
_say = make_speaker("baseline")


def main() -> None:
    """Train and ask both, print a table, write reports/baseline.json."""
    subset = select_subset()
    questions = [q for q in read_questions(ROOT / "tests" / "nlu" / "test") if q.language in LANGUAGES]
    figures: dict[str, Any] = {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "machine": describe_machine(ROOT / "var"),
        "subset": {"name": SUBSET, "examples": len(subset), "sha256": hash_subset(subset)},
        "questions": len(questions),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, pipeline in (("ours", None), ("stock DIET", _STOCK)):
            figures[name] = measure(Path(folder) / name.replace(" ", "-"), subset, pipeline, questions)
    ours, stock = figures["ours"], figures["stock DIET"]
    figures["training time, ours / stock"] = round(ours["training, s"] / stock["training, s"], 3)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    Console().print(build_table(figures))


def select_subset() -> list[Example]:
    """Return the first examples of each intent in each language of the subset."""
    chosen: list[Example] = []
    for tag in LANGUAGES:
        taken: dict[str, int] = defaultdict(int)
        for example in read_examples(ROOT / "nlu" / "data" / tag):
            taken[example.intent] += 1
            if taken[example.intent] <= EACH:
                chosen.append(example)
    return chosen


def hash_subset(subset: Sequence[Example]) -> str:
    """Return the SHA-256 of the examples, one a line."""
    return hashlib.sha256("\n".join("\t".join(example) for example in subset).encode()).hexdigest()


def measure(
    folder: Path, subset: Sequence[Example], pipeline: list[dict[str, Any]] | None, questions: Sequence[Question]
) -> dict[str, Any]:
    """Train one pipeline on the subset and return its figures; None is the project's own pipeline."""
    root, settings = folder / "root", Settings(_env_file=None, var_dir=folder / "var", nlu_timeout=10)
    write_project(root, subset, pipeline)
    begun = time.monotonic()
    train(settings, _say, root=root)
    seconds = time.monotonic() - begun
    model = get_model(settings)
    return {
        "training, s": round(seconds, 1),
        "model, MB": round(model.stat().st_size / 2**20, 1),
        **asyncio.run(ask(settings, questions)),
    }


def write_project(root: Path, subset: Sequence[Example], pipeline: list[dict[str, Any]] | None) -> None:
    """Write what `rasa train nlu` reads: examples, domain, pipeline, development split."""
    (root / "nlu" / "data").mkdir(parents=True)
    copytree(ROOT / "tests" / "nlu" / "dev", root / "tests" / "nlu" / "dev")
    copy(ROOT / "domain.yml", root)
    yaml = YAML()
    config = yaml.load((ROOT / "config.yml").read_text(encoding="utf-8"))
    config["pipeline"] = pipeline or [
        {**step, "languages": list(LANGUAGES)} if "languages" in step else dict(step) for step in config["pipeline"]
    ]
    blocks: dict[tuple[str, str], list[str]] = defaultdict(list)
    for example in subset:
        blocks[example.language, example.intent].append(f"- {example.text}\n")
    data = [
        {"intent": intent, "metadata": {"language": tag}, "examples": LiteralScalarString("".join(lines))}
        for (tag, intent), lines in blocks.items()
    ]
    with (root / "config.yml").open("w", encoding="utf-8") as file:
        yaml.dump(config, file)
    with (root / "nlu" / "data" / "nlu.yml").open("w", encoding="utf-8") as file:
        yaml.dump({"version": "3.1", "nlu": data}, file)


async def ask(settings: Settings, questions: Sequence[Question]) -> dict[str, Any]:
    """Return how often the first and the first three intents hold an accepted one, parse times and memory."""
    inside = [question for question in questions if question.topic not in {OUT_OF_SCOPE, CRISIS}]
    first = three = 0
    times: list[float] = []
    async with start_nlu_if_needed(settings) as nlu:
        for question in inside:
            begun = time.perf_counter()
            ranked = [ranked.intent for ranked in (await nlu.parse(question.text)).ranking]
            times.append((time.perf_counter() - begun) * 1000)
            first += bool(question.accepted & set(ranked[:1]))
            three += bool(question.accepted & set(ranked[:3]))
        memory = find_memory(nlu)
    return {
        "in scope": len(inside),
        "first intent accepted": round(first / len(inside), 4),
        "among the first three": round(three / len(inside), 4),
        "parse p50, ms": round(median(times), 2),
        "server memory, MB": memory,
    }


def find_memory(nlu: RasaNlu) -> int:
    """Return the resident memory of the server that listens at this address, in MB."""
    port = int(nlu.url.rsplit(":", 1)[1])
    for process in psutil.Process().children(recursive=True):
        if any(c.laddr.port == port for c in process.net_connections() if c.status == psutil.CONN_LISTEN):
            return int(process.memory_info().rss / 2**20)
    return 0


def build_table(figures: dict[str, Any]) -> Table:
    """Return both models side by side."""
    title = f"{SUBSET}: {figures['subset']['examples']} examples, {figures['questions']} questions of the test split"
    table = Table("figure", "ours", "stock DIET", title=title)
    for name in figures["ours"]:
        table.add_row(name, str(figures["ours"][name]), str(figures["stock DIET"][name]))
    table.add_row("training time, ours / stock", str(figures["training time, ours / stock"]), "")
    return table


if __name__ == "__main__":
    main()
