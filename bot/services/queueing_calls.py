"""Calls to Telegram as jobs of the outbox."""

from collections.abc import Iterable
from typing import Any

from bot.ports.queue import NewJob
from bot.vault import Vault

Call = tuple[str, dict[str, Any]]


def seal_calls(calls: Iterable[Call], lane: str, vault: Vault) -> list[NewJob]:
    """Return the jobs that make these calls, as who delivers them opens them."""
    return [NewJob(lane, vault.seal({"method": method, "data": data})) for method, data in calls]
