"""The whole Telegram process against the fake Bot API, with a real database."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import Services, build_services
from bot.ports.clock import Clock
from bot.services.claiming_items import trust
from bot.services.managing_accounts import add_account
from bot.settings import Settings
from bot.states import Role
from bot.telegram.running import TelegramProcess, build_process
from tests.conftest import StandingClock, read_shipped
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
        process = build_process(self._build_services(), self.api.token)
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

    async def release(self, chat_id: int, question: str, language: str = "de", seen: int = 0) -> list[dict[str, Any]]:
        """Ask what the bot does not know, show it to volunteers, and return the bot's last two messages of three.

        These are the offer, with the question as volunteers would see it, and the thanks; `seen` came before.
        """
        self.api.send_text(chat_id, question, language_code=language)
        offer = (await self.replies(chat_id, seen + 2))[-1]
        self.api.press(chat_id, offer["message_id"], "share:yes")
        return [offer, (await self.replies(chat_id, seen + 3))[-1]]

    def register_reviewer(self) -> None:
        """Register a volunteer with practice."""
        with self.services() as services, services.database.writing() as session:
            trust(add_account(session, "Ana", Role.VOLUNTEER, ["de", "uk"], services.clock.now()))

    @contextmanager
    def services(self) -> Iterator[Services]:
        """Lend services of their own on the stage's database, as another process has them."""
        services = self._build_services()
        try:
            yield services
        finally:
            services.database.close()

    def _build_services(self) -> Services:
        return build_services(self.settings, self.nlu, self.clock, read_shipped(self.settings.content_dir))


async def until(holds: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until something holds; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(holds):  # noqa: ASYNC110 - what is waited for stands in a database
            await asyncio.sleep(0.05)


def labels(message: dict[str, Any]) -> list[str]:
    """Return what stands on the buttons below a message."""
    return [button["text"] for row in message["reply_markup"]["inline_keyboard"] for button in row]


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


@pytest.fixture
def day(stage: Stage) -> StandingClock:
    """Let the clock of the stage stand at ten in the morning, with a volunteer registered."""
    stage.clock = clock = StandingClock()
    stage.register_reviewer()
    return clock
