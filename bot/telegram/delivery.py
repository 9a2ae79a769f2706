"""Step 9: the outbox goes out, in order per chat, as fast as Telegram lets it."""

import asyncio
import logging
from typing import Any

from bot.db import Database
from bot.errors import ChatGoneError, SendLaterError, SendRefusedError
from bot.ports.clock import Clock
from bot.ports.queue import Job, Queue
from bot.ports.sender import Sender
from bot.services.remembering import mark_blocked
from bot.vault import Vault

_log = logging.getLogger(__name__)
_NETWORK_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_RECORD_PAUSE = 0.2


class Delivery:
    """Sends the jobs of the outbox."""

    def __init__(self, sender: Sender, database: Database, outbox: Queue, vault: Vault, clock: Clock) -> None:
        self._sender = sender
        self._database = database
        self._outbox = outbox
        self._vault = vault
        self._clock = clock
        self._failures: dict[str, int] = {}

    async def deliver(self, job: Job) -> None:
        """Make the call of a job and record what came of it.

        A refused call is dropped, since it would be refused for ever; a network that is away costs no try, since
        it is no fault of the message.
        """
        call: dict[str, Any] = self._vault.open(job.body)
        try:
            await self._sender.send(call["method"], call["data"])
        except SendLaterError as error:
            await asyncio.to_thread(self._postpone, job, error.seconds)
        except ChatGoneError:
            await asyncio.to_thread(self._give_up_chat, job)
        except SendRefusedError as error:
            _log.error("%s was refused: %s", call["method"], error)
            await self._finish(job)
        except Exception as error:  # noqa: BLE001 - the network, in all its forms
            _log.warning("%s did not go out (%s)", call["method"], type(error).__name__)
            failures = self._failures[job.lane] = self._failures.get(job.lane, 0) + 1
            await asyncio.to_thread(self._postpone, job, min(_NETWORK_PAUSE * 2 ** (failures - 1), _LONGEST_PAUSE))
        else:
            self._failures.pop(job.lane, None)
            await self._finish(job)

    async def _finish(self, job: Job) -> None:
        """Record that the call was made: tried until it works, since forgetting it would send it twice."""
        while True:
            try:
                return await asyncio.to_thread(self._record_finish, job)
            except Exception as error:  # noqa: BLE001 - whatever the database's driver raises
                _log.warning("a sent message cannot be recorded yet (%s)", type(error).__name__)
                await asyncio.sleep(_RECORD_PAUSE)

    def _record_finish(self, job: Job) -> None:
        with self._database.writing() as session:
            self._outbox.finish(session, job.id)

    def _postpone(self, job: Job, seconds: float) -> None:
        with self._database.writing() as session:
            self._outbox.postpone(session, job.id, seconds)

    def _give_up_chat(self, job: Job) -> None:
        with self._database.writing() as session:
            mark_blocked(session, job.lane, self._clock.now())
