"""What the bot answers from, loaded anew when somebody has changed it."""

import threading

from sqlalchemy.orm import Session

from bot.db import Database
from bot.messages.content import Content
from bot.services.sharing_state import read_content_version
from bot.services.storing_content import load_content


class LiveContent:
    """Holds the content as the database has it; safe to ask from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._version = -1
        self._content: Content | None = None

    def get(self) -> Content:
        """Return the content, no older than the last committed change; one number is read to know."""
        with self._database.reading() as session:
            return self.get_within(session)

    def get_within(self, session: Session) -> Content:
        """Return the content as a unit of work sees it."""
        version = read_content_version(session)
        with self._lock:
            if self._content is None or version != self._version:
                self._content, self._version = load_content(session), version
            return self._content
