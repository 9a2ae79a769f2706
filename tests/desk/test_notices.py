"""Notices and the pause switch at the desk."""

import datetime as dt
import re
from typing import Any

import pytest

from bot.messages.conversation import ActiveNotice
from bot.services.managing_notices import list_active, list_notices
from bot.states import Role
from tests.desk.browser import Browser
from tests.desk.conftest import Stage

SENTENCE = "Das BürgerBüro ist diese Woche zu."


def active(desk: Stage) -> tuple[ActiveNotice, ...]:
    with desk.services.database.reading() as session:
        return list_active(session, desk.clock.now())


def day(desk: Stage, days: int = 0) -> str:
    return (desk.clock.today() + dt.timedelta(days=days)).isoformat()


def wrote(german: str, **fields: str) -> dict[str, Any]:
    """Return what a browser sends of a form with this German sentence."""
    return {"text-de": german, **fields}


def put_up(browser: Browser, desk: Stage, **changes: str) -> int:
    fields: dict[str, Any] = {
        "topic": "register_address",
        "text-de": SENTENCE,
        "starts": day(desk),
        "ends": day(desk, 4),
        **changes,
    }
    browser.get("/notices")
    return browser.post("/notices", **fields).status_code


def test_notice_is_shown_from_its_first_day_through_its_last(desk: Stage) -> None:
    editor = desk.client(Role.EDITOR)
    assert put_up(editor, desk) == 200
    assert SENTENCE in editor.text
    (notice,) = active(desk)
    assert notice.topic == "register_address"
    assert notice.holds(desk.clock.now())
    # The last day ends at midnight in Magdeburg, an hour before it ends in Greenwich.
    assert notice.ends_at == dt.datetime(2026, 11, 28, 23, 0, tzinfo=dt.UTC)


def test_notice_on_all_topics_without_an_end_stays_until_it_is_taken_down(desk: Stage) -> None:
    editor = desk.client(Role.EDITOR)
    assert put_up(editor, desk, topic="", ends="", **{"text-ar": "مغلق"}) == 200
    (notice,) = active(desk)
    assert (notice.topic, notice.ends_at, notice.texts["ar"]) == (None, None, "مغلق")
    number = re.search(r'action="/notices/(\d+)/end"', editor.text)
    assert number
    editor.post(f"/notices/{number[1]}/end")
    assert active(desk) == ()
    assert "over" in editor.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text-de": "", "text-ar": "مغلق"}, "Write the sentence in German"),
        ({"text-de": "x" * 301}, "at most 300 characters"),
        ({"starts": "2027-02-01", "ends": "2027-01-31"}, "comes before the first one"),
        ({"starts": "2026-01-01", "ends": "2026-01-02"}, "The last day is over"),
    ],
)
def test_mistake_is_told_and_what_was_typed_stays(desk: Stage, changes: dict[str, str], said: str) -> None:
    editor = desk.client(Role.EDITOR)
    assert put_up(editor, desk, **changes) == 400
    assert said in editor.text
    assert changes.get("text-de", SENTENCE) in editor.text
    assert active(desk) == ()


def test_notice_is_changed(desk: Stage) -> None:
    editor = desk.client(Role.EDITOR)
    put_up(editor, desk)
    with desk.services.database.reading() as session:
        number = list_notices(session)[0].id
    editor.get(f"/notices/{number}")
    assert f'value="{day(desk, 4)}"' in editor.text
    fields: dict[str, Any] = {"topic": "", "text-de": "Bis Freitag zu.", "starts": day(desk)}
    assert editor.post(f"/notices/{number}", **fields | {"text-de": ""}).status_code == 400
    editor.post(f"/notices/{number}", **fields)
    assert [(notice.topic, notice.texts) for notice in active(desk)] == [(None, {"de": "Bis Freitag zu."})]


def test_who_may_not_publish_puts_nothing_up(desk: Stage) -> None:
    translator, careless = desk.client(Role.TRANSLATOR), desk.client(Role.EDITOR, totp=False)
    assert translator.get("/notices").status_code == 403
    for browser in (translator, careless):
        browser.get("/me")
        assert browser.post("/notices", **wrote(SENTENCE, starts=day(desk))).status_code == 403
    assert active(desk) == ()


def test_admin_pauses_the_bot_and_lets_it_answer_again(desk: Stage) -> None:
    admin = desk.client(Role.ADMIN)
    admin.get("/notices")
    assert admin.post("/notices/pause", **wrote("")).status_code == 400
    admin.post("/notices/pause", **wrote("Wir sind morgen wieder da."))
    assert [(notice.pauses, notice.texts) for notice in active(desk)] == [(True, {"de": "Wir sind morgen wieder da."})]
    assert "The bot is paused" in admin.text
    admin.post("/notices/resume")
    assert active(desk) == ()


def test_editor_cannot_pause_the_bot(desk: Stage) -> None:
    editor = desk.client(Role.EDITOR)
    editor.get("/notices")
    assert "/notices/pause" not in editor.text
    assert editor.post("/notices/pause", **wrote("Pause.")).status_code == 403
    assert active(desk) == ()
