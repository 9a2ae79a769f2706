"""The one line on what a place or an event offers, in each language: checked, and saved where it has changed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.errors import ConflictError
from bot.languages import TAGS
from bot.messages.content import LINE_LENGTH, Content, count_characters
from bot.services import checking_answers, checking_prose
from bot.services.editing_content import find_body, propose, save
from bot.services.finding_uses import Uses
from bot.services.findings import Checked, Finding
from bot.services.preparing_answers import FaultKind, FieldFault
from bot.services.storing_content import fingerprint_body

# Those of `bot content check` that read lines.
_CHECKS = (
    checking_answers.check_braces,
    checking_prose.check_values,
    checking_prose.check_markup,
    checking_prose.check_script,
    checking_prose.check_foreign_letters,
    checking_prose.warn_of_durations,
)


def find_line_file(language: str) -> str:
    """Return the file of the lines of a language."""
    return f"{language}/facts.yml"


def shows_line(uses: Uses) -> bool:
    """Tell whether readers see the line: topics list the fact, or a text sends them to its address."""
    return bool(uses.topics) or any("address" in use.fields for use in uses.answers)


def check_line(content: Content, language: str, key: str, text: str, today: dt.date) -> list[Finding]:
    """Return what the checks of the content find in a line, as if it stood there already."""
    alone = replace(content, answers={}, field_names={}, fact_lines={language: {key: text}})
    checked = Checked(alone, frozenset(), today)
    return [finding for check in _CHECKS for finding in check(checked)]


def find_length_fault(text: str) -> FieldFault | None:
    """Return that a line is too long; None for one that fits."""
    excess = count_characters(text) - LINE_LENGTH
    return FieldFault("", FaultKind.TOO_LONG, LINE_LENGTH, excess) if excess > 0 else None


def fingerprint_line(text: str) -> str:
    """Return what changes with a line; a line that is not there and an empty one are the same to readers."""
    return fingerprint_body(text)


def remove_lines(session: Session, key: str, author: str, now: dt.datetime) -> None:
    """Take away the lines of a fact that is gone: no other fact that gets its id says them by mistake."""
    there = {tag: line for tag in TAGS if (line := find_body(session, find_line_file(tag), key))}
    seen = {tag: fingerprint_line(line) for tag, line in there.items()}
    save_lines(session, key, dict.fromkeys(there, ""), seen, author, now)


def save_lines(
    session: Session,
    key: str,
    lines: Mapping[str, str],
    seen: Mapping[str, str],
    author: str,
    now: dt.datetime,
    *,
    four_eyes: bool = False,
) -> None:
    """Save lines by language, each as a revision of its own, or propose them; an emptied line goes.

    `seen` are the fingerprints of what the author started from. Raises ConflictError, and then saves none, when
    somebody else was faster in one of the languages.
    """
    for language, text in lines.items():
        file = find_line_file(language)
        there = find_body(session, file, key, lock=True)
        if fingerprint_line(there or "") != seen.get(language):
            raise ConflictError("somebody else has changed this line")
        if four_eyes:
            propose(session, file, key, text or None, author, now)
        else:
            save(session, file, key, text or None, author, now, seen=there)
