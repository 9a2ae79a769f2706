"""`bot content gaps`: what is missing, open, old or undated, and nothing else."""

import datetime as dt
from typing import Any

from bot.services.listing_gaps import GapKind, list_gaps
from tests.content.builder import TODAY, build_small_content, build_tree


def kinds(today: dt.date = TODAY, **changes: dict[str, Any]) -> list[tuple[str, str]]:
    tree = build_tree()
    for file in ("places.yml", "rules.yml", "gaps.yml"):
        for item in tree[file]:
            item.update(changes.get(item["id"].replace("-", "_"), {}))
    return [(row.kind, row.key) for row in list_gaps(build_small_content(tree), today)]


def test_declared_gap_is_listed_with_whom_to_ask() -> None:
    (row,) = list_gaps(build_small_content(), TODAY)
    assert (row.kind, row.key, row.topics) == (GapKind.MISSING, "landlord-hours-in-summer", ("find_flat",))
    assert "+49 391 1234567" in row.ask


def test_open_rule_is_listed_after_what_is_missing() -> None:
    assert kinds(deposit={"force": "open"})[1] == (GapKind.OPEN, "deposit")


def test_rule_that_ends_soon_is_listed_and_one_that_is_replaced_is_not() -> None:
    soon = dt.date(2027, 12, 1)
    assert (GapKind.OPEN, "deposit") in kinds(soon)
    assert (GapKind.OPEN, "deposit") not in kinds(soon, deposit={"replaced_by": "deposit"})


def test_old_or_undated_fact_is_listed_only_when_it_is_likely_to_change() -> None:
    assert (GapKind.STALE, "shelter") in kinds(shelter={"volatile": True, "source_date": "2022-05"})
    assert (GapKind.UNDATED, "shelter") in kinds(shelter={"volatile": True, "source_date": None})
    assert len(kinds(shelter={"source_date": "2022-05"})) == 1


def test_confirmed_fact_is_no_gap() -> None:
    confirmed = {"volatile": True, "source_date": "2022-05", "confirmed_by": "Amt", "confirmed_on": "2026-11-01"}
    assert len(kinds(shelter=confirmed)) == 1
