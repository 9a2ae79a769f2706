"""Settings and keys."""

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.errors import SettingsError
from bot.settings import Settings, get_settings
from bot.vault import load_vault


def test_secrets_are_masked() -> None:
    settings = Settings(
        _env_file=None,
        telegram_bot_token=SecretStr("123456:ABCDEFGH"),
        database_url="postgresql://bot:geheim@db.example/bot",
    )
    shown = str(settings.masked())
    assert "123456:ABCD" not in shown
    assert "geheim" not in shown
    assert "db.example" in shown


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("postgresql://a@b/c", "postgresql+psycopg://a@b/c"),
        ("postgres://a@b/c", "postgresql+psycopg://a@b/c"),
        ("sqlite:////x/y.db", "sqlite:////x/y.db"),
    ],
)
def test_database_address_names_its_driver(url: str, address: str) -> None:
    assert Settings(_env_file=None, database_url=url).database == address


def test_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISH", "sometimes")
    get_settings.cache_clear()
    with pytest.raises(SettingsError, match="PUBLISH"):
        get_settings()
    get_settings.cache_clear()


def test_empty_value_counts_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "")
    assert Settings(_env_file=None).telegram_bot_token is None


def test_vault_keeps_its_key_for_its_owner_alone(tmp_path: Path) -> None:
    first = load_vault(tmp_path)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert load_vault(tmp_path).chat_key(5) == first.chat_key(5) != first.chat_key(6)
    assert load_vault(tmp_path).open(first.seal({"a": "ü"})) == {"a": "ü"}


def test_other_key_opens_nothing(tmp_path: Path) -> None:
    sealed = load_vault(tmp_path / "a").seal("x")
    with pytest.raises(SettingsError, match="does not fit"):
        load_vault(tmp_path / "b").open(sealed)


def test_damaged_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"short")
    with pytest.raises(SettingsError, match="damaged"):
        load_vault(tmp_path)
