"""The whole Telegram process against the fake Bot API, with a real database."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import build_services
from bot.ports.clock import Clock
from bot.services.managing_accounts import add_account
from bot.settings import Settings
from bot.states import Role
from bot.telegram.running import TelegramProcess, build_process
from tests.fakes.bot_api import BotApi, running_bot_api
from tests.fakes.scripted_nlu import ScriptedNlu

VOLUNTEERS = -1001


@dataclass
class Stage:
    """The fake Bot API, the NLU, and the process while it runs."""

    api: BotApi
    nlu: ScriptedNlu
    settings: Settings
    clock: Clock | None = None

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[TelegramProcess]:
        """Run the Telegram process for the block."""
        process = build_process(build_services(self.settings, self.nlu, self.clock), self.api.token)
        stop = asyncio.Event()
        running = asyncio.create_task(process.run(stop))
        try:
            yield process
        finally:
            stop.set()
            try:
                await running
            finally:
                process.services.database.close()

    async def replies(self, chat_id: int, count: int) -> list[dict[str, Any]]:
        """Wait for so many messages of the bot in a chat and return all of them."""
        return await asyncio.to_thread(self.api.wait_for_messages, chat_id, count, 10.0)

    async def call(self, method: str, count: int = 1) -> list[Any]:
        """Wait for so many calls of a method and return them."""
        return await asyncio.to_thread(self.api.wait_for_calls, method, count, 10.0)

    def register_reviewer(self) -> None:
        """Register a volunteer."""
        services = build_services(self.settings, self.nlu)
        with services.database.writing() as session:
            add_account(session, "Ana", Role.VOLUNTEER, ["uk"], services.clock.now())
        services.database.close()


@pytest.fixture
def stage(tmp_path: Path, database_url: str) -> Iterator[Stage]:
    with running_bot_api() as api:
        settings = Settings(
            _env_file=None,
            telegram_api_url=api.url,
            var_dir=tmp_path / "var",
            database_url=database_url,
            volunteers_group_id=VOLUNTEERS,
        )
        yield Stage(api, ScriptedNlu(), settings)
