"""What is remembered of a person, for how long, and that `/delete` leaves nothing."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import inspect

from bot.adapters.schema import downgrade_schema, find_schema_differences, get_schema_versions, upgrade_schema
from bot.db import Database
from bot.errors import BotError
from bot.messages.conversation import ChatState, Count
from bot.models import (
    Chat,
    ChatSession,
    Counter,
    DeskLink,
    DeskSession,
    InboxRow,
    Notice,
    OutboxRow,
    PutAway,
    ReviewItem,
)
from bot.services.counting import count_all
from bot.services.expiring import expire
from bot.services.listing_tasks import A_WEEK, put_away
from bot.services.managing_accounts import add_account
from bot.services.managing_notices import NoticeDraft, put_up_notice
from bot.services.remembering import forget_chat, load_state, mark_blocked, save_state
from bot.services.reviewing import add_item, change_status, has_reviewers, resolve, withdraw_items
from bot.services.signing_in import make_link, open_session
from bot.services.telling_askers import mark_told
from bot.states import Group, JobState, LinkPurpose, Resolution, ReviewStatus, Role
from bot.vault import Vault
from tests.conftest import StandingClock

CHAT = 4711
FULL = ChatState("uk", "de", Group.TOLERATED, "find_flat", ("find_flat",), ("find_doctor",), "frage [phone]")


def load(database: Database, vault: Vault, clock: StandingClock) -> ChatState:
    with database.reading() as session:
        return load_state(session, vault.chat_key(CHAT), vault, clock.now())


def save(database: Database, vault: Vault, clock: StandingClock, state: ChatState) -> None:
    with database.writing() as session:
        save_state(session, CHAT, state, vault, clock.now())


def test_state_comes_back_as_it_was(database: Database, vault: Vault, clock: StandingClock) -> None:
    save(database, vault, clock, FULL)
    assert load(database, vault, clock) == FULL


def test_unknown_chat_has_an_empty_state(database: Database, vault: Vault, clock: StandingClock) -> None:
    assert load(database, vault, clock) == ChatState()


def test_after_an_hour_only_the_chosen_language_is_left(database: Database, vault: Vault, clock: StandingClock) -> None:
    save(database, vault, clock, FULL)
    clock.move(minutes=60)
    assert load(database, vault, clock) == ChatState(chosen="uk")


def test_talking_on_does_not_keep_the_residence_status_longer(
    database: Database, vault: Vault, clock: StandingClock
) -> None:
    save(database, vault, clock, FULL)
    clock.move(minutes=40)
    save(database, vault, clock, load(database, vault, clock))
    clock.move(minutes=21)
    state = load(database, vault, clock)
    assert (state.group, state.last_topic) == (Group.UNKNOWN, "find_flat")


def test_expiry_takes_status_and_session_out_of_the_database(
    database: Database, vault: Vault, clock: StandingClock
) -> None:
    save(database, vault, clock, FULL)
    clock.move(minutes=59)
    with database.writing() as session:
        gone = expire(session, clock.now())
    assert (gone.statuses, gone.sessions) == (0, 0)
    clock.move(minutes=2)
    with database.writing() as session:
        gone = expire(session, clock.now())
        assert session.query(ChatSession).count() == 0
        assert session.query(Chat).count() == 1
    assert (gone.statuses, gone.sessions) == (1, 1)


def test_expiry_takes_old_rows_and_keeps_young_ones(database: Database, vault: Vault, clock: StandingClock) -> None:
    save(database, vault, clock, FULL)
    now = clock.now()
    old = {"body": None, "created_at": now, "finished_at": now}
    with database.writing() as session:
        session.add(InboxRow(lane="", number=1, state=JobState.DONE, **old))
        session.add(OutboxRow(lane="x", state=JobState.PARKED, **old))
        session.add(InboxRow(lane="x", number=2, state=JobState.PENDING, body=b"x", created_at=now))
        item = add_item(session, "x", "uk", "q", (), vault, now)
        change_status(session, item, ReviewStatus.RESOLVED, "ana", now)
    clock.move(days=31)
    with database.writing() as session:
        gone = expire(session, clock.now())
        assert session.query(InboxRow).count() == 1
    assert (gone.inbox, gone.parked, gone.items, gone.chats) == (1, 1, 1, 0)
    clock.move(days=365)
    with database.writing() as session:
        assert expire(session, clock.now()).chats == 1


def test_forgetting_leaves_nothing_of_the_chat(database: Database, vault: Vault, clock: StandingClock) -> None:
    key, now = vault.chat_key(CHAT), clock.now()
    save(database, vault, clock, FULL)
    with database.writing() as session:
        add_item(session, key, "uk", "q", ("find_flat",), vault, now)
        session.add(OutboxRow(lane=key, body=b"x", created_at=now))
        session.add(InboxRow(lane=key, number=1, body=b"x", created_at=now))
    with database.writing() as session:
        forget_chat(session, key)
    with database.reading() as session:
        for model in (Chat, ChatSession, ReviewItem, OutboxRow, InboxRow):
            assert session.query(model).count() == 0, model


def test_deleted_text_is_not_in_the_files_of_sqlite(tmp_path: Path, clock: StandingClock) -> None:
    path = tmp_path / "x.sqlite"
    database = Database(f"sqlite:///{path}")
    upgrade_schema(database)
    marker = b"MARKER-OF-A-PERSON"
    with database.writing() as session:
        session.add(OutboxRow(lane="k", body=marker * 50, created_at=clock.now()))
    assert any(marker in file.read_bytes() for file in tmp_path.glob("x.sqlite*"))
    with database.writing() as session:
        forget_chat(session, "k")
    database.forget_deleted()
    assert not any(marker in file.read_bytes() for file in tmp_path.glob("x.sqlite*"))
    database.close()


def test_database_alone_shows_neither_chat_id_nor_question(
    database: Database, vault: Vault, clock: StandingClock
) -> None:
    save(database, vault, clock, FULL)
    with database.reading() as session:
        chat, row = session.query(Chat).one(), session.query(ChatSession).one()
    stored = repr((chat.__dict__, row.__dict__))
    assert str(CHAT) not in stored
    assert "frage" not in stored
    assert vault.open(chat.sealed_id) == CHAT


def test_blocking_drops_what_was_to_be_sent(database: Database, vault: Vault, clock: StandingClock) -> None:
    key = vault.chat_key(CHAT)
    save(database, vault, clock, FULL)
    with database.writing() as session:
        session.add(OutboxRow(lane=key, body=b"x", created_at=clock.now()))
        mark_blocked(session, key, clock.now())
    with database.reading() as session:
        assert session.query(OutboxRow).count() == 0
        assert session.query(Chat).one().blocked_at == clock.now()


def test_counters_add_up(database: Database) -> None:
    day = dt.date(2026, 11, 24)
    with database.writing() as session:
        for _ in range(3):
            count_all(session, [Count("answer", "find_flat")], "uk", day)
        count_all(session, [Count("answer", "find_flat")], "de", day)
    with database.reading() as session:
        assert sorted((row.language, row.count) for row in session.query(Counter)) == [("de", 1), ("uk", 3)]


def test_reviewers_are_there_only_once_registered(database: Database, clock: StandingClock) -> None:
    with database.writing() as session:
        assert not has_reviewers(session)
        add_account(session, "Ana", Role.VOLUNTEER, ["uk"], clock.now())
        assert has_reviewers(session)


@pytest.mark.parametrize(("name", "languages"), [("Ana", ["uk"]), ("Bo", ["xx"])])
def test_taken_name_or_unknown_language_is_refused(
    database: Database, clock: StandingClock, name: str, languages: list[str]
) -> None:
    with database.writing() as session:
        add_account(session, "Ana", Role.VOLUNTEER, ["uk"], clock.now())
    with pytest.raises(BotError), database.writing() as session:
        add_account(session, name, Role.VOLUNTEER, languages, clock.now())


def test_migrations_are_complete_and_can_be_taken_back(database: Database) -> None:
    assert find_schema_differences(database) == []
    current, newest = get_schema_versions(database)
    assert current == newest is not None
    downgrade_schema(database)
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}


def test_time_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="without zone"), database.writing() as session:
        session.add(OutboxRow(lane="k", created_at=dt.datetime(2026, 1, 1)))  # noqa: DTZ001 - the fault itself


def test_sqlite_runs_as_configured(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with database.engine.connect() as connection:
        values = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete")
        ]
    assert values == ["wal", 2, 1]
    database.close()


def test_answer_that_waits_for_the_morning_outlives_the_question_s_thirty_days(
    database: Database, vault: Vault, clock: StandingClock
) -> None:
    with database.writing() as session:
        number = add_item(session, "x", "uk", "q", (), vault, clock.now()).id
    clock.move(days=40)
    with database.writing() as session:
        resolve(session, session.get_one(ReviewItem, number), Resolution.ANSWER, vault.seal("a"), "Ana", clock.now())
        assert expire(session, clock.now()).items == 0
    with database.writing() as session:
        mark_told(session, session.get_one(ReviewItem, number), clock.now())
    clock.move(days=29)
    with database.writing() as session:
        assert expire(session, clock.now()).items == 0  # they may still reply
    clock.move(days=2)
    with database.writing() as session:
        assert expire(session, clock.now()).items == 1


def test_withdrawn_question_goes_after_thirty_days_though_nobody_is_told(
    database: Database, vault: Vault, clock: StandingClock
) -> None:
    with database.writing() as session:
        add_item(session, "x", "uk", "q", (), vault, clock.now())
        withdraw_items(session, "x", None, clock.now())
    clock.move(days=31)
    with database.writing() as session:
        assert expire(session, clock.now()).items == 1


def test_expiry_ends_what_the_desk_keeps_for_a_while(database: Database, clock: StandingClock) -> None:
    with database.writing() as session:
        account = add_account(session, "Ana", Role.EDITOR, ["de"], clock.now())
        session.flush()
        open_session(session, account, clock.now())
        make_link(session, account, LinkPurpose.SIGN_IN, clock.now())
        put_away(session, "confirm:x", account.id, clock.today() + A_WEEK, clock.today())
        draft = NoticeDraft({"de": "Zu."}, clock.now(), clock.now() + A_WEEK)
        put_up_notice(session, draft, "Ana", clock.now())
    with database.writing() as session:
        gone = expire(session, clock.now())
    assert (gone.desk, gone.notices) == (0, 0)
    clock.move(days=100)
    with database.writing() as session:
        gone = expire(session, clock.now())
        for model in (DeskSession, DeskLink, PutAway, Notice):
            assert session.query(model).count() == 0, model
    assert (gone.desk, gone.notices) == (3, 1)
