"""Keeps chat ids and texts unreadable for whoever has only the database.

The key lies in `var/key` (mode 0600), outside every backup of the database. A lost key makes chats unreachable
and texts unreadable; answers and counters stay.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import SettingsError

_KEY_BYTES = 32


class Vault:
    """Seals values with authenticated encryption (Fernet) and derives stable keys for chats (HMAC-SHA256)."""

    def __init__(self, master: bytes) -> None:
        self._fernet = Fernet(_derive_fernet(master))
        self._hmac_key = _derive(master, b"chat key")
        self._signing_key = _derive(master, b"sign")

    def chat_key(self, chat_id: int) -> str:
        """Return 32 hex digits that stand for a chat in look-ups and order, and cannot be turned back."""
        return hmac.new(self._hmac_key, str(chat_id).encode(), hashlib.sha256).hexdigest()[:32]

    def sign(self, text: str) -> str:
        """Return 64 hex digits that only the holder of the key can make for a text."""
        return hmac.new(self._signing_key, text.encode(), hashlib.sha256).hexdigest()

    def seal(self, value: Any) -> bytes:
        """Return a JSON value as ciphertext."""
        return self._fernet.encrypt(json.dumps(value, ensure_ascii=False).encode())

    def open(self, sealed: bytes) -> Any:
        """Return the JSON value of a ciphertext; raises SettingsError when it was sealed with another key."""
        try:
            return json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise SettingsError("var/key does not fit this database: restore the key that belongs to it.") from None


def load_vault(var_dir: Path) -> Vault:
    """Return the vault of a data home; its key is made on first use, readable for its owner alone."""
    path = var_dir / "key"
    var_dir.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return Vault(_read_key(path))
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return Vault(_read_key(path))


def _read_key(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise SettingsError(f"{path} is damaged: restore it, or remove it and start with a new database.")
    return key


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose).derive(master)


def _derive_fernet(master: bytes) -> bytes:
    return base64.urlsafe_b64encode(_derive(master, b"seal"))
