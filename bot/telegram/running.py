"""The Telegram process: receiver, inbox, outbox and retention side by side, until it is told to stop."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import DBAPIError
from telegram import Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application
from tenacity import before_sleep_log, retry, retry_if_not_exception_type, wait_exponential

from bot.adapters.telegram_sender import REFUSED_TOKEN, TelegramSender
from bot.bootstrap import Services, build_services
from bot.errors import SettingsError
from bot.ports.queue import Job
from bot.services.expiring import expire
from bot.services.sharing_state import find_username, note_username
from bot.settings import Settings
from bot.telegram.announcing import Announcing
from bot.telegram.application import build_application
from bot.telegram.delivery import Delivery
from bot.telegram.dialogue import Dialogue
from bot.telegram.doorkeeping import Doorkeeping
from bot.telegram.following import Following
from bot.telegram.handlers import Handlers
from bot.telegram.profile import update_profile
from bot.telegram.pump import Pump
from bot.telegram.receiver import Receiver
from bot.telegram.repeating import repeat
from bot.telegram.telling import Telling

_log = logging.getLogger(__name__)
_EXPIRE_EVERY = 60.0


@dataclass
class TelegramProcess:
    """Everything that runs together; `run` is the whole life of the process."""

    application: Application[Any, Any, Any, Any, Any, Any]
    dialogue: Dialogue
    receiver: Receiver
    inbox: Pump
    outbox: Pump
    telling: Telling
    announcing: Announcing
    following: Following
    services: Services
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; raises SettingsError when Telegram refuses the token or a second poller."""
        pumps = (self.receiver.run, self.inbox.run, self.outbox.run)
        desk = (self.telling.run, self.announcing.run, self.following.run, self._note_username)
        works = (*pumps, *desk, self._expire, self._update_profile)
        try:
            await _initialize(self.application)
            _log.info("Telegram: @%s is listening", self.application.bot.username)
            # When one of them fails the others are asked to stop, not cancelled: what is under way is finished.
            ended = await asyncio.gather(*(_stopping(work, stop) for work in works), return_exceptions=True)
        finally:
            await self.application.shutdown()
            self.ended.set()
        for error in ended:
            if error is not None:
                raise error

    async def handle(self, job: Job) -> None:
        """Process one inbox row: the application's handlers finish it or put it back."""
        fields = self.services.vault.open(job.body)
        update = Update.de_json(fields, self.application.bot)
        self.dialogue.begin(update.update_id, job)
        try:
            if language := fields.get("crisis_sent"):
                chat_id = fields["message"]["chat"]["id"]
                await self.dialogue.count_sent_crisis(update.update_id, chat_id, language)
            else:
                await self.application.process_update(update)
        finally:
            self.dialogue.end(update.update_id)

    async def _expire(self, stop: asyncio.Event) -> None:
        await repeat(lambda: asyncio.to_thread(self._expire_once), _EXPIRE_EVERY, stop, "retention did not run")

    def _expire_once(self) -> None:
        with self.services.database.writing() as session:
            expire(session, self.services.clock.now())
        self.services.database.forget_deleted()

    async def _note_username(self, _: asyncio.Event) -> None:
        try:
            await asyncio.to_thread(self._note_username_once, self.application.bot.username)
        except DBAPIError as error:
            _log.warning("the bot's name was not noted for posters (%s)", type(error).__name__)

    def _note_username_once(self, username: str) -> None:
        with self.services.database.writing() as session:
            if find_username(session) != username:
                note_username(session, username)

    async def _update_profile(self, _: asyncio.Event) -> None:
        try:
            await update_profile(self.application.bot)
        except TelegramError as error:
            _log.warning("commands and descriptions were not updated (%s)", type(error).__name__)


async def _stopping(work: Callable[[asyncio.Event], Awaitable[None]], stop: asyncio.Event) -> None:
    try:
        await work(stop)
    except BaseException:
        stop.set()
        raise


def build_process(services: Services, token: str) -> TelegramProcess:
    """Return the process, wired."""
    settings = services.settings
    dialogue = Dialogue(
        services.database, services.inbox, services.outbox, services.vault, services.clock, services.conversation
    )
    handlers = Handlers(dialogue, Doorkeeping(services, dialogue), settings.volunteers_group_id)
    application = build_application(token, settings.telegram_api_url.rstrip("/"), handlers)
    sender = TelegramSender(application.bot)
    delivery = Delivery(sender, services.database, services.outbox, services.vault, services.clock)
    outbox = Pump("outbox", services.outbox, delivery.deliver)
    dialogue.on_outbox = outbox.wake

    async def handle(job: Job) -> None:
        await process.handle(job)

    inbox = Pump("inbox", services.inbox, handle)
    receiver = Receiver(
        application.bot, sender, services.database, services.inbox, services.vault, services.conversation, inbox.wake
    )
    telling = Telling(
        services.database, services.outbox, services.vault, services.clock, services.conversation, outbox.wake
    )
    announcing, following = Announcing(services, outbox.wake), Following(services)
    process = TelegramProcess(application, dialogue, receiver, inbox, outbox, telling, announcing, following, services)
    return process


@retry(
    retry=retry_if_not_exception_type(SettingsError),
    wait=wait_exponential(multiplier=0.5, max=30),
    before_sleep=before_sleep_log(_log, logging.WARNING),
)
async def _initialize(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    try:
        await application.initialize()
    except InvalidToken:
        await application.bot.request.shutdown()  # the library closes only what it has initialized to the end
        raise SettingsError(REFUSED_TOKEN) from None


async def run_telegram(settings: Settings) -> None:
    """Run the Telegram process until SIGTERM or SIGINT; raises SettingsError without a token."""
    if settings.telegram_bot_token is None:
        raise SettingsError("TELEGRAM_BOT_TOKEN is missing: get one from @BotFather and write it into .env.")
    process = build_process(build_services(settings), settings.telegram_bot_token.get_secret_value())
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await process.run(stop)
