"""What both slow suites need before they begin: a trained model, a Rasa server, questions with known answers."""

import asyncio
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from bot.adapters.rasa_nlu import RasaNlu
from bot.adapters.rasa_training import needs_training, train
from bot.bootstrap import build_conversation
from bot.settings import ROOT, Settings, get_settings
from tests.chaos.children import NluServer
from tests.chaos.judging import Recogniser
from tests.chaos.lab import Say
from tests.chaos.questions import Pool, choose_questions

_console = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def prepared(seed: int) -> Iterator[tuple[NluServer, Pool, Recogniser]]:
    """Lend a Rasa server with the live model (trained first if need be), and questions that the bot is sure of."""
    settings = get_settings()
    say = make_speaker("preparing")
    if needs_training(settings):
        train(settings, say)
    with tempfile.TemporaryDirectory(prefix="chaos-nlu-", dir=ROOT / "var") as folder:
        nlu = NluServer(settings, Path(folder) / "nlu.log")
        try:
            say(f"the Rasa server was ready after {nlu.start():.1f} s")
            yield nlu, *asyncio.run(choose_and_learn(settings, nlu, seed, say))
        finally:
            nlu.stop()


async def choose_and_learn(settings: Settings, nlu: NluServer, seed: int, say: Say) -> tuple[Pool, Recogniser]:
    """Return questions that the bot is sure of, and who recognises the replies."""
    client = RasaNlu(nlu.url, settings.nlu_timeout)
    try:
        conversation = build_conversation(settings, client)
        pool = await choose_questions(conversation, seed_random(seed))
    finally:
        await client.close()
    for language, topics in pool.items():
        say(f"{sum(map(len, topics.values()))} questions on {len(topics)} topics in {language}")
    return pool, Recogniser(conversation)


def seed_random(seed: int) -> random.Random:
    """Return random numbers that come again with the same seed."""
    return random.Random(seed)  # noqa: S311 - nothing secret: a run must be repeatable


def make_speaker(name: str) -> Say:
    """Return a function that says a line about something, on standard error."""
    return lambda text: _console.print(f"{name}: {text}", markup=False)
