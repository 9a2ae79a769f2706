"""What Telegram knows: the bot, its users, chats, messages, updates and the record."""

import copy
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.errors import Json, bad_request, forbidden
from tests.fakes.faults import Faults
from tests.fakes.params import Params
from tests.fakes.record import Call
from tests.fakes.updates import UpdateQueue

BOT_USERNAME = "newcomers_test_bot"


@dataclass
class Chat:
    """A chat and its messages; whoever writes first in it makes it known to the bot."""

    info: Json
    blocked: bool = False
    #: "member", "left" or "kicked"; only groups change it.
    membership: str = "member"
    next_message_id: int = 1
    messages: dict[int, Json] = field(default_factory=dict)

    @property
    def is_private(self) -> bool:
        """Tell whether this is the chat with one user."""
        return bool(self.info["type"] == "private")


class World:
    """The state behind the fake; every access holds `changed`."""

    def __init__(
        self,
        token: str,
        first_update_id: int = 1,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Start with a bot that nobody has written to."""
        self.token = token
        self.clock = clock
        self.changed = threading.Condition(threading.RLock())
        self.bot: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Newcomers",
            "username": BOT_USERNAME,
        }
        self.users: dict[int, Json] = {}
        self.chats: dict[int, Chat] = {}
        self.updates = UpdateQueue(first_update_id)
        self.faults = Faults()
        self.calls: list[Call] = []
        #: The callback queries that may still be answered, and when they were made.
        self.open_queries: dict[str, float] = {}
        self.callback_lifetime = 60.0
        self.next_file = 1
        self.files: dict[str, Json] = {}
        self.names: dict[str, str] = {}
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.stopping = False

    def now(self) -> int:
        """Return the time as Telegram writes it."""
        return int(self.clock())

    def record(self, method: str, params: Params, status: int, **outcome: Any) -> Call:
        """Append a call to the record and wake whoever waits for it."""
        call = Call(
            number=len(self.calls) + 1,
            time=self.clock(),
            method=method,
            params=params.record(),
            chat_id=params.chat_id(),
            status=status,
            **copy.deepcopy(outcome),
        )
        self.calls.append(call)
        self.changed.notify_all()
        return call

    def chat_of(self, params: Params) -> Chat:
        """Return the chat of a call; a chat that never wrote to the bot is not found."""
        if not params.has("chat_id"):
            reason = "chat_id is empty"
            raise bad_request(reason)
        chat = self.chats.get(params.chat_id() or 0)
        if chat is None:
            reason = "chat not found"
            raise bad_request(reason)
        return chat

    def writable_chat_of(self, params: Params) -> Chat:
        """Return the chat of a call if the bot may write there."""
        chat = self.chat_of(params)
        if chat.blocked:
            reason = "bot was blocked by the user"
            raise forbidden(reason)
        kind = chat.info["type"]
        if chat.membership == "kicked":
            reason = f"bot was kicked from the {kind} chat"
            raise forbidden(reason)
        if chat.membership == "left":
            reason = f"bot is not a member of the {kind} chat"
            raise forbidden(reason)
        return chat

    def post(self, chat: Chat, content: Json, message_id: int | None = None) -> Json:
        """Add a message to a chat; its number counts within the chat."""
        number = chat.next_message_id if message_id is None else message_id
        if number in chat.messages:
            message = f"message {number} exists already"
            raise ValueError(message)
        chat.next_message_id = max(chat.next_message_id, number + 1)
        message_json: Json = {
            "message_id": number,
            "date": self.now(),
            "chat": dict(chat.info),
            **content,
        }
        chat.messages[number] = message_json
        self.changed.notify_all()
        return message_json

    def new_file(self, **details: Any) -> Json:
        """Register a file, so that its file_id can be sent later on."""
        file: Json = {
            "file_id": f"file-{self.next_file}",
            "file_unique_id": f"unique-{self.next_file}",
            **details,
        }
        self.next_file += 1
        self.files[file["file_id"]] = file
        return file

    def push(self, update: Json) -> Json:
        """Queue an update for the bot and learn from it what Telegram would know."""
        number = update.get("update_id", self.updates.next_id)
        self._learn(update, f"callback-{number}")
        queued = self.updates.push(update)
        self.changed.notify_all()
        return copy.deepcopy(queued)

    def _learn(self, update: Json, query_id: str) -> None:
        """Make the chat of a raw message known and its callback query answerable."""
        message = update.get("message") or {}
        if "chat" in message:
            chat = self.chats.setdefault(message["chat"]["id"], Chat(dict(message["chat"])))
            number = message.get("message_id", 0)
            chat.messages.setdefault(number, copy.deepcopy(message))
            chat.next_message_id = max(chat.next_message_id, number + 1)
        query = update.get("callback_query")
        if query is not None:
            self.open_queries[query.setdefault("id", query_id)] = self.clock()
