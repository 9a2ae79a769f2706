"""`bot chat`: a conversation by keyboard or through a pipe."""

import re
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

from rich.console import Console, JustifyMethod
from rich.markup import escape
from rich.panel import Panel

from bot.languages import find_language
from bot.messages.conversation import Button, ChatState, Outcome, Part, Reply
from bot.services.conversing import Conversation
from bot.services.isolating import isolate
from bot.services.reading import read_message

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_END = {"/quit", "/exit"}


async def chat(conversation: Conversation, lines: Iterable[str], console: Console) -> None:
    """Answer line after line until the end of input or /quit; a number presses the button with that number."""
    state = ChatState()
    outcome = conversation.reply_to_command("start", state)
    buttons = show_reply(outcome.reply, console)
    for line in lines:
        text = line.strip()
        if text in _END:
            break
        if not text:
            continue
        if not console.is_terminal:
            console.print(f"> {text}", markup=False, highlight=False)
        outcome = await _answer(conversation, text, outcome.state, buttons)
        buttons = show_reply(outcome.reply, console)


async def _answer(conversation: Conversation, text: str, state: ChatState, buttons: list[Button]) -> Outcome:
    if danger := conversation.find_crisis(text):
        judged = await conversation.reply_to_text(read_message(text), state)
        decided = judged.reply.decision
        return judged if decided and decided.topics == ("crisis",) else conversation.reply_to_crisis(danger, state)
    if text.startswith("/"):
        return conversation.reply_to_command(text.split(maxsplit=1)[0][1:].lower(), state)
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= len(buttons):
        return conversation.reply_to_action(buttons[int(text) - 1].action or "menu", state)
    return await conversation.reply_to_text(read_message(text), state)


def show_reply(reply: Reply, console: Console) -> list[Button]:
    """Print a reply and return its buttons that can be pressed, in the order of their numbers."""
    language = find_language(reply.language)
    direction = language.direction if language else "ltr"
    buttons: list[Button] = []
    for part in reply.parts:
        body = _BOLD.sub(r"[bold]\1[/bold]", escape(isolate(part.text, direction)))
        justify: JustifyMethod = "right" if direction == "rtl" and console.is_terminal else "left"
        console.print(
            Panel(body, border_style="cyan") if console.is_terminal else body,
            justify=justify,
            highlight=False,
            soft_wrap=not console.is_terminal,
        )
        for button in _pressable(part):
            buttons.append(button)
            console.print(f"  [{len(buttons)}] {isolate(button.label, direction)}", markup=False, highlight=False)
    console.print()
    return buttons


def read_lines(stream: TextIO, console: Console) -> Iterator[str]:
    """Yield lines from the keyboard, with a prompt, or from a pipe, without one."""
    while True:
        if console.is_terminal and stream is sys.stdin:
            console.print("[bold]›[/bold] ", end="")
        line = stream.readline()
        if not line:
            return
        yield line


def _pressable(part: Part) -> Iterator[Button]:
    return (button for row in part.rows for button in row if button.action)
