"""Steps 2 to 8 for one update: state in, reply out, and everything recorded in one transaction."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.db import Database
from bot.messages.conversation import ITEM_NUMBER, ChatState, Outcome, Reply, StoredData
from bot.ports.clock import Clock
from bot.ports.queue import Job, Queue
from bot.services.conversing import Conversation
from bot.services.queueing_calls import Call, seal_calls
from bot.services.recording_outcomes import record_outcome
from bot.services.remembering import forget_chat, load_state, load_stored_data, mark_blocked
from bot.services.reviewing import has_reviewers, measure_usual_wait
from bot.services.telling_askers import find_told
from bot.states import JobState
from bot.telegram.rendering import render_reply
from bot.vault import Vault

_log = logging.getLogger(__name__)
Respond = Callable[[ChatState], Outcome | Awaitable[Outcome]]


class Dialogue:
    """Answers updates that were claimed from the inbox."""

    def __init__(
        self, database: Database, inbox: Queue, outbox: Queue, vault: Vault, clock: Clock, conversation: Conversation
    ) -> None:
        self.conversation = conversation
        self._database = database
        self._inbox = inbox
        self._outbox = outbox
        self._vault = vault
        self._clock = clock
        self._open: dict[int, Job] = {}
        self.on_outbox: Callable[[], None] = lambda: None

    def begin(self, update_id: int, job: Job) -> None:
        """Note which inbox row an update came from."""
        self._open[update_id] = job

    def end(self, update_id: int) -> None:
        """Forget the inbox row again."""
        self._open.pop(update_id, None)

    async def respond(self, update_id: int, chat_id: int, respond: Respond, *first: Call) -> None:
        """Load the state, make the outcome, and record both; `first` are calls that go out before the reply."""
        state = await asyncio.to_thread(self._load, chat_id)
        made = respond(state)
        outcome = made if isinstance(made, Outcome) else await made
        await asyncio.to_thread(self._record, self._open[update_id], chat_id, outcome, first)
        self.on_outbox()

    async def load_stored_data(self, chat_id: int) -> StoredData:
        """Return what is stored of a chat beside its state."""
        return await asyncio.to_thread(self._load_stored_data, chat_id)

    async def load_told(self, chat_id: int, number: str) -> Reply | None:
        """Return what volunteers said of a question of this chat; None when it is gone or `number` is none."""
        return await asyncio.to_thread(self._load_told, chat_id, number)

    async def finish(self, update_id: int, chat_id: int, *calls: Call, blocked: bool = False) -> None:
        """Record that an update needs no reply; `calls` go out, `blocked` notes that the person blocked the bot."""

        def work(session: Session) -> None:
            if blocked:
                mark_blocked(session, self._vault.chat_key(chat_id), self._clock.now())
            self._put(session, chat_id, calls)

        await self.work(update_id, work)

    async def work(self, update_id: int, work: Callable[[Session], None]) -> None:
        """Do what an update asks for in the unit of work that finishes it; nothing when it was done before."""
        await asyncio.to_thread(self._work, self._open[update_id], work)
        self.on_outbox()

    async def count_sent_crisis(self, update_id: int, chat_id: int, language: str) -> None:
        """Record an emergency reply that went out before the update was stored."""
        state = await asyncio.to_thread(self._load, chat_id)
        sent = self.conversation.reply_to_crisis(language, state)
        outcome = replace(sent, reply=replace(sent.reply, parts=()))
        await asyncio.to_thread(self._record, self._open[update_id], chat_id, outcome)

    async def fail(self, update_id: int, chat_id: int | None, error: BaseException) -> None:
        """Put the update back to try it again later; parked after too many tries, with an apology to the person.

        Trouble with the database is no fault of the update and raises on: the row is pending anyway.
        """
        if isinstance(error, DBAPIError):
            raise error
        _log.error("update failed: %s", type(error).__name__)
        await asyncio.to_thread(self._fail, self._open[update_id], chat_id, error)
        self.on_outbox()

    def _load(self, chat_id: int) -> ChatState:
        with self._database.reading() as session:
            self.conversation.reviewers = has_reviewers(session)
            state = load_state(session, self._vault.chat_key(chat_id), self._vault, self._clock.now())
            if state.question:  # it may be released now
                self.conversation.usual_wait = measure_usual_wait(session)
            return state

    def _load_stored_data(self, chat_id: int) -> StoredData:
        with self._database.reading() as session:
            return load_stored_data(session, self._vault.chat_key(chat_id), self._vault)

    def _load_told(self, chat_id: int, number: str) -> Reply | None:
        if not ITEM_NUMBER.fullmatch(number):
            return None
        key, content = self._vault.chat_key(chat_id), self.conversation.content
        with self._database.reading() as session:
            return find_told(session, key, int(number), content, self._clock, self._vault)

    def _record(self, job: Job, chat_id: int, outcome: Outcome, first: Sequence[Call] = ()) -> None:
        def work(session: Session) -> None:
            if outcome.forget:
                forget_chat(session, job.lane, keep_inbox=job.id)
            reply = record_outcome(session, chat_id, outcome, self._vault, self._clock)
            self._put(session, chat_id, [*first, *render_reply(reply, chat_id)])

        self._work(job, work)
        if outcome.forget:
            self._database.forget_deleted()

    def _work(self, job: Job, work: Callable[[Session], None]) -> None:
        with self._database.writing() as session:
            if self._inbox.finish(session, job.id):  # else done before: nothing is counted or sent twice
                work(session)

    def _fail(self, job: Job, chat_id: int | None, error: BaseException) -> None:
        with self._database.writing() as session:
            state = self._inbox.retry(session, job.id, type(error).__name__, 2.0**job.attempts)
            if state is JobState.PARKED and chat_id is not None:
                remembered = load_state(session, job.lane, self._vault, self._clock.now())
                self._put(session, chat_id, render_reply(self.conversation.apologize(remembered), chat_id))

    def _put(self, session: Session, chat_id: int, calls: Iterable[Call]) -> None:
        self._outbox.put(session, seal_calls(calls, self._vault.chat_key(chat_id), self._vault))
