"""The results as a table and as JSON."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.table import Table

from tests.chaos.lab import Result

_COUNTS = ("asked", "right", "wrong", "duplicated", "lost", "out_of_order")


def build_table(results: Sequence[Result]) -> Table:
    """Return one row a case."""
    table = Table(
        "case", "database", "rounds", *(name.replace("_", " ") for name in _COUNTS), "what else", title="Chaos"
    )
    for result in results:
        counts = [str(getattr(result.tally, name)) if result.tally.asked else "-" for name in _COUNTS]
        notes = [f"{name.replace('_', ' ')}: {value}" for name, value in result.notes.items() if _is_short(value)]
        failed = [f"[red]✘ {failure}[/red]" for failure in result.failures]
        table.add_row(
            result.case,
            result.database,
            str(len(result.rounds)),
            *counts,
            "\n".join([*failed, *notes]),
            end_section=True,
        )
    return table


def _is_short(value: Any) -> bool:
    return not isinstance(value, dict)


def write_report(path: Path, results: Sequence[Result], machine: dict[str, Any]) -> None:
    """Write the results; those of other cases and databases in the file stay, each with its own date."""
    path.parent.mkdir(exist_ok=True)
    kept = json.loads(path.read_text(encoding="utf-8"))["results"] if path.exists() else []
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    new = [{**asdict(result), "at": at, "machine": machine} for result in results]
    renewed = {(entry["case"], entry["database"]) for entry in new}
    merged = [entry for entry in kept if (entry["case"], entry["database"]) not in renewed] + new
    merged.sort(key=lambda entry: (entry["case"], entry["database"]))
    path.write_text(json.dumps({"results": merged}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
