"""The NLU server over HTTP, with a time limit and a circuit breaker."""

import time
from collections.abc import Callable
from typing import Any

import httpx

from bot.errors import NluUnavailableError
from bot.messages.conversation import Entity, Parse, Ranked

_FAILURES_TO_OPEN = 3
_OPEN_SECONDS = 5.0


class RasaNlu:
    """Asks a Rasa server for a parse.

    After three failures in a row it is not asked for five seconds, so that people do not wait for a dead server;
    then one message tries again, and the first success closes the breaker.
    """

    def __init__(self, url: str, timeout: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.url = url
        self._client = httpx.AsyncClient(base_url=url, timeout=timeout, trust_env=False)
        self._monotonic = monotonic
        self._failures = 0
        self._closed_from = 0.0

    async def parse(self, text: str) -> Parse:
        """Return the parse of a text of at most 500 characters; raises NluUnavailableError."""
        if self._failures >= _FAILURES_TO_OPEN:
            if self._monotonic() < self._closed_from:
                raise NluUnavailableError("the NLU server failed just now")
            self._closed_from = self._monotonic() + _OPEN_SECONDS  # this message tries, the others go on waiting
        try:
            response = await self._client.post("/model/parse", json={"text": text})
            response.raise_for_status()
            parse = _read(response.json())
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            self._failures += 1
            self._closed_from = self._monotonic() + _OPEN_SECONDS
            # The error's text may hold the request: its kind is enough.
            raise NluUnavailableError(f"the NLU server does not answer ({type(error).__name__})") from None
        self._failures = 0
        return parse

    async def find_model(self) -> str | None:
        """Return the file name of the model that the server has loaded; None when it does not answer or has none."""
        try:
            response = await self._client.get("/status")
            return str(response.json()["model_file"]).rsplit("/", 1)[-1]
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _read(body: dict[str, Any]) -> Parse:
    language = body.get("language") or {}
    return Parse(
        language=language.get("tag"),
        language_probability=float(language.get("probability", 0.0)),
        ranking=tuple(Ranked(str(item["name"]), float(item["confidence"])) for item in body["intent_ranking"]),
        entities=tuple(Entity(str(item["entity"]), str(item["value"])) for item in body.get("entities", [])),
    )
