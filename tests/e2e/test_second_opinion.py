"""An independent second opinion: our handlers driven by the public package tg-auto-test, which we did not write."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, TypeHandler
from tg_auto_test.test_utils.serverless_telegram_client import ServerlessTelegramClient

from bot.adapters.telegram_sender import TelegramSender
from bot.bootstrap import Services, build_services
from bot.languages import LANGUAGES
from bot.ports.queue import Job, NewJob
from bot.settings import Settings
from bot.telegram.application import build_application
from bot.telegram.delivery import Delivery
from bot.telegram.dialogue import Dialogue
from bot.telegram.doorkeeping import Doorkeeping
from bot.telegram.handlers import Handlers
from bot.telegram.intake import choose_fields, find_chat_id
from tests.fakes.scripted_nlu import ScriptedNlu

Build = Callable[[ApplicationBuilder[Any, Any, Any, Any, Any, Any]], Application[Any, Any, Any, Any, Any, Any]]


def build_with(services: Services) -> Build:
    """Return what the package calls: our application, with the inbox before it and the delivery behind it."""
    dialogue = Dialogue(
        services.database, services.inbox, services.outbox, services.vault, services.clock, services.conversation
    )

    async def receive(update: Update, _: object) -> None:
        fields = choose_fields(update.to_dict())
        assert fields is not None
        lane = services.vault.chat_key(find_chat_id(fields))
        with services.database.writing() as session:
            services.inbox.put(session, [NewJob(lane, services.vault.seal(fields), update.update_id)])
        (job,) = services.inbox.claim(1)
        dialogue.begin(update.update_id, job)

    async def send(update: Update, context: Any) -> None:
        delivery = Delivery(
            TelegramSender(context.bot), services.database, services.outbox, services.vault, services.clock
        )
        while jobs := services.outbox.claim(1):
            await delivery.deliver(jobs[0])
            services.outbox.release(jobs[0])
        services.inbox.release(Job(0, services.vault.chat_key(update.effective_chat.id), b"", 0))  # type: ignore[union-attr]

    def build(builder: ApplicationBuilder[Any, Any, Any, Any, Any, Any]) -> Application[Any, Any, Any, Any, Any, Any]:
        handlers = Handlers(dialogue, Doorkeeping(services, dialogue), None)
        application = build_application("123:ABC", "http://127.0.0.1:9", handlers, builder)
        application.add_handler(TypeHandler(Update, receive), group=-1)
        application.add_handler(TypeHandler(Update, send), group=99)
        return application

    return build


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[ServerlessTelegramClient]:
    services = build_services(Settings(_env_file=None, var_dir=tmp_path), ScriptedNlu())
    client = ServerlessTelegramClient(build_application=build_with(services))
    await client.connect()
    yield client
    await client.disconnect()
    services.database.close()


def labels(message: Any) -> list[str]:
    return [button.text for row in message.buttons or [] for button in row]


async def test_conversation_as_another_library_sees_it(client: ServerlessTelegramClient) -> None:
    async with client.conversation("test_bot") as talk:
        await talk.send_message("/language")
        picker = await talk.get_response()
        assert [label.split("· ")[1] for label in labels(picker)] == [language.name for language in LANGUAGES]
        await talk.send_message("Де можна вивчити німецьку?")
        prose, places = await talk.get_response(), await talk.get_response()
        assert "німецьк" in prose.text
        assert "Volkshochschule" in places.text
        assert any("Меню" in label for label in labels(places))


async def test_press_is_answered(client: ServerlessTelegramClient) -> None:
    async with client.conversation("test_bot") as talk:
        await talk.send_message("/language")
        picker = await talk.get_response()
        await picker.click(data=b"lang:uk")
        welcome = await talk.get_response()
        assert "Магдебур" in welcome.text
        await talk.send_message("/privacy")
        privacy = await talk.get_response()
        assert "/delete" in privacy.text
