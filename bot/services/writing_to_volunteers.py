"""What a person lets volunteers read: a question released or withdrawn, a reply to an answer. Nothing without leave.

And what volunteers said, where it is shown only when the person asks for it.
"""

import datetime as dt
from dataclasses import replace

from bot.messages.conversation import ITEM_NUMBER, ChatState, Count, Outcome, Part, Reply
from bot.services.answering import Reader
from bot.services.composing import build_reply_offer, build_reply_request, build_shared, way_out_row
from bot.services.saying import say

# What a person writes in several messages ends here.
_MAX_MESSAGE = 2000


def share_question(
    answer: str, state: ChatState, reader: Reader, usual_wait: dt.timedelta | None, *, reviewers: bool
) -> Outcome:
    """Release the question that the person wrote last, or let go of it."""
    strings = reader.strings
    question, state = state.question, replace(state, question=None)
    if answer != "yes":
        text = strings.gettext("All right, nobody sees it.")
        return say(reader, state, Part(text, (way_out_row(strings),)))
    if not question or not reviewers:
        lost = strings.gettext("I no longer have your question: please write it again.")
        return say(reader, state, Part(lost))
    return replace(say(reader, state, build_shared(usual_wait, reader), Count("shared")), question=question)


def withdraw_question(number: str, state: ChatState, reader: Reader) -> Outcome | None:
    """Take a released question back; None for what is no number."""
    if not ITEM_NUMBER.fullmatch(number):
        return None
    done = Part(reader.strings.gettext("Done. Volunteers no longer see your question, and nobody answers it."))
    said = say(reader, state, done)
    return replace(said, item=int(number), withdrawn=True, otherwise=_tell_gone(reader))


def begin_reply(number: str, state: ChatState, reader: Reader) -> Outcome | None:
    """Ask what the person wants to write to the volunteer who answered a question; None for what is no number."""
    if not ITEM_NUMBER.fullmatch(number):
        return None
    return say(reader, replace(state, awaiting_reply=int(number), question=None), build_reply_request(reader))


def collect_reply(number: int, text: str, state: ChatState, reader: Reader) -> Outcome:
    """Show what the person wrote, already redacted, and ask for leave.

    What comes in several messages is put together, as long as it is for the same volunteer.
    """
    before = state.question if state.awaiting_reply == number else None
    text = "\n".join(part for part in (before, text) if part)[:_MAX_MESSAGE]
    return say(reader, replace(state, awaiting_reply=number, question=text), build_reply_offer(text, reader))


def send_reply(answer: str, state: ChatState, reader: Reader) -> Outcome:
    """Hand what the person wrote to the volunteer, or let go of it."""
    strings, number, text = reader.strings, state.awaiting_reply, state.question
    state = stop_writing(state)
    if answer != "yes" or number is None or not text:
        unseen = Part(strings.gettext("All right, nobody sees your message."), (way_out_row(strings),))
        return say(reader, state, unseen)
    thanks = strings.gettext("Thank you. A volunteer reads it and answers here, between 8 and 20 o'clock.")
    return replace(say(reader, state, Part(thanks)), item=number, message=text, otherwise=_tell_gone(reader))


def show_told(told: Reply | None, state: ChatState, reader: Reader) -> Outcome:
    """Return what volunteers said, which was not sent openly, or that it is gone."""
    return Outcome(told or _tell_gone(reader), state)


def stop_writing(state: ChatState) -> ChatState:
    """Return the state without what the person was writing to a volunteer."""
    return state if state.awaiting_reply is None else replace(state, awaiting_reply=None, question=None)


def _tell_gone(reader: Reader) -> Reply:
    strings = reader.strings
    text = strings.gettext("Volunteers no longer have this question. You can ask me again any time.")
    return Reply(reader.language, (Part(text, (way_out_row(strings),)),))
