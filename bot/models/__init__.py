"""The tables, one noun per file. docs/privacy.md says what each holds of a person, and for how long."""

from bot.models.account import Account
from bot.models.chat import Chat
from bot.models.content_entry import ContentEntry
from bot.models.counter import Counter
from bot.models.inbox import InboxRow
from bot.models.outbox import OutboxRow
from bot.models.review_item import ReviewItem
from bot.models.review_log import ReviewLog
from bot.models.session import ChatSession

__all__ = [
    "Account",
    "Chat",
    "ChatSession",
    "ContentEntry",
    "Counter",
    "InboxRow",
    "OutboxRow",
    "ReviewItem",
    "ReviewLog",
]
