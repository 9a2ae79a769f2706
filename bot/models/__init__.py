"""The tables, one noun per file. docs/privacy.md says what each holds of a person, and for how long."""

from bot.models.account import Account
from bot.models.bot_state import BotState
from bot.models.chat import Chat
from bot.models.content_entry import ContentEntry
from bot.models.counter import Counter
from bot.models.desk_link import DeskLink
from bot.models.desk_session import DeskSession
from bot.models.inbox import InboxRow
from bot.models.notice import Notice
from bot.models.outbox import OutboxRow
from bot.models.put_away import PutAway
from bot.models.review_item import ReviewItem
from bot.models.review_log import ReviewLog
from bot.models.review_message import ReviewMessage
from bot.models.revision import Revision
from bot.models.session import ChatSession

__all__ = [
    "Account",
    "BotState",
    "Chat",
    "ChatSession",
    "ContentEntry",
    "Counter",
    "DeskLink",
    "DeskSession",
    "InboxRow",
    "Notice",
    "OutboxRow",
    "PutAway",
    "ReviewItem",
    "ReviewLog",
    "ReviewMessage",
    "Revision",
]
