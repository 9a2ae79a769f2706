"""The stage of a case: a fake Bot API, an empty database and the bot between them, all of them new."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bot.settings import ROOT
from tests.chaos.children import NluServer, Program, bot_program
from tests.chaos.databases import Backlog, CaseDatabase, Databases
from tests.chaos.questions import Asked
from tests.chaos.waiting import wait_until
from tests.fakes.bot_api import BotApi, running_bot_api
from tests.fakes.record import Call

START_SECONDS = 60.0
ANSWER_SECONDS = 120.0
_HANDOUT_SECONDS = 30.0


class Wave:
    """Questions that were put to the bot, and what it has sent since."""

    def __init__(self, api: BotApi) -> None:
        self.asked: list[Asked] = []
        self.updates: list[dict[str, Any]] = []
        self._api = api
        with api.world.changed:
            self._mark = len(api.world.calls)

    def push(self, asked: Sequence[Asked]) -> None:
        """Put questions, all at once: the waiting poll gets them in one answer."""
        with self._api.world.changed:
            for one in asked:
                language = one.question.language
                self.updates.append(self._api.send_text(one.chat, one.question.text, language_code=language))
        self.asked += asked

    def calls(self, method: str) -> list[Call]:
        """Return the calls of a method that came since and were carried out."""
        with self._api.world.changed:
            return [call for call in self._api.world.calls[self._mark :] if call.method == method and call.ok]

    @property
    def sent(self) -> list[Call]:
        """Return the messages sent since."""
        return self.calls("sendMessage")

    @property
    def last_update(self) -> int:
        """Return the number of the last update."""
        return max(int(update["update_id"]) for update in self.updates)

    @property
    def handed_out(self) -> bool:
        """Tell whether the fake has answered getUpdates with the last update."""
        polls = self.calls("getUpdates")
        return any(call.result and call.result[-1]["update_id"] >= self.last_update for call in polls)

    @property
    def confirmed(self) -> bool:
        """Tell whether the bot has asked for what comes after."""
        with self._api.world.changed:
            updates = self._api.world.updates
            return updates.confirmed_below > self.last_update and not updates.pending


class Stage:
    """Everything that a case works with."""

    def __init__(self, api: BotApi, bot: Program, database: CaseDatabase, nlu: NluServer) -> None:
        self.api = api
        self.bot = bot
        self.database = database
        self.nlu = nlu

    def start_bot(self) -> None:
        """Start the bot and wait until it fetches updates."""
        with self.api.world.changed:
            begun = len(self.api.world.calls)

        def polls() -> bool:
            self.bot.require_alive()
            with self.api.world.changed:
                answered = any(call.method == "getUpdates" for call in self.api.world.calls[begun:])
                return answered or self.api.world.updates.poll is not None

        self.bot.begin()
        wait_until(polls, START_SECONDS, f"the bot's first getUpdates (see {self.bot.log})")

    def open_wave(self) -> Wave:
        """Return a wave without questions."""
        return Wave(self.api)

    def ask(self, asked: Sequence[Asked]) -> Wave:
        """Put questions and wait until they have been handed out."""
        wave = self.open_wave()
        wave.push(asked)
        self.wait_until_handed_out(wave)
        return wave

    def wait_until_handed_out(self, wave: Wave) -> None:
        """Wait until the fake has handed out every update of a wave."""
        wait_until(lambda: wave.handed_out, _HANDOUT_SECONDS, "the hand-out of the last update")

    def wait_until_sent(self, wave: Wave, messages: int, seconds: float = ANSWER_SECONDS) -> None:
        """Wait until so many messages went out."""
        wait_until(
            lambda: self._bot_lives() and len(wave.sent) >= messages,
            seconds,
            lambda: f"{messages} messages; {len(wave.sent)} came",
        )

    def wait_until_idle(self, wave: Wave, seconds: float = ANSWER_SECONDS) -> Backlog:
        """Wait until nothing is left to do: all confirmed, nothing in the queues. What is unanswered then is lost."""

        def idle() -> bool:
            return self._bot_lives() and wave.confirmed and self.database.count_backlog().empty

        def rest() -> str:
            return f"the end of the work; left: {self.database.count_backlog()}, {len(wave.sent)} messages came"

        wait_until(idle, seconds, rest)
        return self.database.count_backlog()

    def _bot_lives(self) -> bool:
        self.bot.require_alive()
        return True


@contextmanager
def open_stage(databases: Databases, nlu: NluServer) -> Iterator[Stage]:
    """Lend a stage; its folder stays when the block fails, since the bot's log lies there."""
    (ROOT / "var").mkdir(exist_ok=True)
    folder = tempfile.TemporaryDirectory(prefix="chaos-", dir=ROOT / "var", delete=False)
    home = Path(folder.name)
    with ExitStack() as stack:
        api = stack.enter_context(running_bot_api())
        database = stack.enter_context(databases.lend(home))
        settings = {
            "TELEGRAM_API_URL": api.url,
            "TELEGRAM_BOT_TOKEN": api.token,
            "NLU_URL": nlu.url,
            "VAR_DIR": str(home),
            "DATABASE_URL": database.url,
        }
        bot = bot_program(settings, home / "bot.log")
        stack.callback(bot.stop)
        yield Stage(api, bot, database, nlu)
    folder.cleanup()
