"""The adapter on a real HTTP server that misbehaves."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.adapters.rasa_nlu import RasaNlu
from bot.errors import NluUnavailableError

GOOD = {
    "language": {"tag": "uk", "probability": 0.97},
    "intent_ranking": [{"name": "find_flat", "confidence": 0.8}],
    "entities": [{"entity": "group", "value": "eu"}],
}


class Server:
    """Says what it is told to, and counts how often it was asked."""

    def __init__(self) -> None:
        self.status, self.body, self.asked = 200, json.dumps(GOOD), 0
        self.answering = threading.Event()
        self.answering.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.asked += 1
                outer.answering.wait(5)
                self.send_response(outer.status)
                self.end_headers()
                self.wfile.write(outer.body.encode())

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
                """Keep quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever)
    thread.start()
    yield server
    server.answering.set()
    server.http.shutdown()
    thread.join()
    server.http.server_close()


async def test_good_answer_is_read(server: Server) -> None:
    nlu = RasaNlu(server.url, 5)
    parse = await nlu.parse("Шукаю житло")
    assert (parse.language, parse.language_probability, parse.ranking[0].intent) == ("uk", 0.97, "find_flat")
    assert [(entity.entity, entity.value) for entity in parse.entities] == [("group", "eu")]
    await nlu.close()


@pytest.mark.parametrize(
    ("status", "body"), [(500, "{}"), (200, "no json"), (200, "{}"), (200, "[]"), (200, '{"intent_ranking": 5}')]
)
async def test_bad_answer_is_unavailable_and_tells_no_text(server: Server, status: int, body: str) -> None:
    server.status, server.body = status, body
    nlu = RasaNlu(server.url, 5)
    with pytest.raises(NluUnavailableError) as error:
        await nlu.parse("mein Geheimnis")
    assert "Geheimnis" not in str(error.value)
    await nlu.close()


async def test_slow_answer_is_given_up(server: Server) -> None:
    server.answering.clear()
    nlu = RasaNlu(server.url, 0.05)
    with pytest.raises(NluUnavailableError, match="Timeout"):
        await nlu.parse("x")
    await nlu.close()


async def test_breaker_opens_after_three_failures_and_closes_with_a_success(server: Server) -> None:
    now = [0.0]
    nlu = RasaNlu(server.url, 5, monotonic=lambda: now[0])
    server.status = 500
    for _ in range(5):
        with pytest.raises(NluUnavailableError):
            await nlu.parse("x")
    assert server.asked == 3
    server.status = 200
    with pytest.raises(NluUnavailableError, match="just now"):
        await nlu.parse("x")
    now[0] = 5.1
    assert (await nlu.parse("x")).ranking
    assert (await nlu.parse("x")).ranking
    assert server.asked == 5
    await nlu.close()
