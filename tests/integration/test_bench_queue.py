"""The bench of the review queue measures what it says: clusters as they come by themselves, parts that exist."""

from pathlib import Path

import pytest
from sqlalchemy import event

from bot.adapters.training_examples import Example
from bot.bootstrap import Services, build_services
from bot.models import Account
from bot.services.listing_waiting import list_waiting
from bot.services.managing_accounts import add_account
from bot.services.reviewing import add_item
from bot.settings import Settings
from bot.states import Role
from tests.bench.__main__ import main
from tests.bench.review_queue import draw_rows, tell_times, time_calls
from tests.chaos.preparing import seed_random
from tests.conftest import StandingClock, read_shipped
from tests.fakes.scripted_nlu import ScriptedNlu

ASKED = [
    Example(text, topic, language)
    for text, topic, language in (
        ("Wo finde ich eine Wohnung?", "find_flat", "de"),
        ("Wo finde ich eine Wohnung", "find_flat", "de"),
        ("Wie viel Miete darf ich zahlen?", "find_flat", "de"),
        ("أين أجد شقة؟", "find_flat", "ar"),
        ("Wie wird das Wetter?", "out_of_scope", "de"),
        ("Wie wird das Wetter", "out_of_scope", "de"),
        ("Wo ist ein Arzt?", "find_doctor", "de"),
    )
]


@pytest.fixture
def services(tmp_path: Path, database_url: str, clock: StandingClock) -> Services:
    settings = Settings(_env_file=None, var_dir=tmp_path / "var", database_url=database_url)
    return build_services(settings, ScriptedNlu(), clock, read_shipped())


def test_questions_in_bulk_get_the_clusters_that_they_get_one_by_one(services: Services) -> None:
    asked = ASKED * 3
    rows = list(draw_rows(services, asked, seed_random(1)))
    with services.database.writing() as session:
        items = [
            add_item(
                session,
                "a",
                row["language"],
                example.text,
                tuple(row["nearest_topics"]),
                services.vault,
                services.clock.now(),
            )
            for example, row in zip(asked, rows, strict=True)
        ]
        assert [item.cluster for item in items] == [row["cluster"] for row in rows]
        assert [item.topic for item in items] == [row["topic"] for row in rows]
        assert 1 < len({row["cluster"] for row in rows}) < len(ASKED)
    assert services.vault.open(rows[0]["sealed_question"]) == asked[0].text
    services.database.close()


def test_first_page_asks_the_database_as_often_for_many_questions_as_for_few(services: Services) -> None:
    counts: list[tuple[int, int]] = []
    with services.database.writing() as session:
        add_account(session, "Ana", Role.VOLUNTEER, ["de", "ar"], services.clock.now())
    for _ in range(2):
        with services.database.writing() as session:
            for number in range(9):
                add_item(
                    session,
                    "a",
                    "de",
                    f"{'xyzabcdef'[number] * 9} {len(counts)}",
                    (),
                    services.vault,
                    services.clock.now(),
                )
        statements: list[str] = []
        event.listen(
            services.database.engine, "before_cursor_execute", lambda *values, into=statements: into.append(values[2])
        )
        with services.database.reading() as session:
            found = list_waiting(session, session.get_one(Account, 1), services.clock.now())
            assert not any(waiting.item.messages for waiting in found)
        counts.append((len(found), len(statements)))
    assert counts[0][0] < counts[1][0]
    assert counts[0][1] == counts[1][1]
    services.database.close()


def test_part_that_does_not_exist_is_refused_before_anything_is_measured() -> None:
    with pytest.raises(SystemExit, match="no such part: nonsense; there are training, start, messages, queue"):
        main(["queue", "nonsense"])


def test_first_call_warms_up_and_is_not_counted() -> None:
    times = time_calls([lambda: None] * 5)
    assert len(times) == 4
    assert tell_times("x", [1.0, 2.0, 30.0]) == {"x p50, ms": 2.0, "x p95, ms": 30.0}
