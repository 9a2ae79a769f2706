"""`bot ask`: questions as JSON lines in, decisions as JSON lines out, in order."""

import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

from bot.errors import BotError
from bot.languages import find_language
from bot.messages.conversation import ChatState
from bot.services.conversing import Conversation
from bot.services.reading import read_message


async def ask(conversation: Conversation, lines: Iterable[str]) -> AsyncIterator[dict[str, Any]]:
    """Yield one decision a line: text, language, decision, topics, confidence, groups (docs of `bot ask`).

    Every line is a conversation of its own. A given language counts as chosen by tap. Raises BotError that names
    the line which is no such object.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            text, language = _read(line, number)
            judgement = await conversation.judge(read_message(text), ChatState(chosen=language))
            decision = judgement.decision
            yield {
                "text": text,
                "language": judgement.language,
                "decision": str(decision.kind),
                "topics": list(decision.topics),
                "confidence": round(decision.confidence, 4),
                "groups": [str(group) for group in decision.groups],
            }


def _read(line: str, number: int) -> tuple[str, str | None]:
    try:
        question = json.loads(line)
        text = question["text"]
    except (ValueError, TypeError, KeyError):
        raise BotError(f'line {number} is no JSON object with a "text"') from None
    if not isinstance(text, str):
        raise BotError(f'line {number}: "text" is no string')
    given = question.get("language")
    language = find_language(given) if isinstance(given, str) else None
    return text, language.tag if language else None
