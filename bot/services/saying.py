"""What most replies are made of."""

from bot.messages.conversation import ChatState, Count, Outcome, Part, Reply
from bot.services.answering import Reader


def say(reader: Reader, state: ChatState, *items: Part | Count) -> Outcome:
    """Return the outcome that says these parts, counts these counts and remembers this state."""
    parts = tuple(item for item in items if isinstance(item, Part))
    counts = tuple(item for item in items if isinstance(item, Count))
    return Outcome(Reply(reader.language, parts), state, counts)
