"""Content in the database: what ships is imported, what staff edits is kept, and both come out as one whole."""

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import ContentError, NotFoundError
from bot.languages import LANGUAGES, SOURCE, TAGS, Language
from bot.messages.content import (
    CONVERSATION_FILE,
    Answer,
    Body,
    Content,
    CrisisWords,
    Entry,
    Event,
    Gap,
    Place,
    Rule,
    TopicTree,
    UnsupportedLanguage,
)
from bot.models import ContentEntry, Revision
from bot.services import merging_topics
from bot.services.sharing_state import raise_content_version
from bot.states import AnswerState, RevisionState, TranslationState

Keys = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ImportReport:
    """What an import did, each as (file, key).

    Attributes:
        updated: what ships replaced it; the topics take along what staff changed in what they list.
        kept: staff edited it, and what ships now is something else or nothing; or it no longer ships, and
            something that staff edited still names it.
    """

    added: Keys = ()
    updated: Keys = ()
    kept: Keys = ()
    removed: Keys = ()

    def __str__(self) -> str:
        """Return the numbers in one line."""
        counts = f"{len(self.added)} added, {len(self.updated)} updated, {len(self.removed)} removed"
        return f"{counts}, {len(self.kept)} kept as staff edited them"


def import_content(session: Session, entries: Iterable[Entry], now: dt.datetime) -> ImportReport:
    """Bring the database to what ships, as far as staff has not touched it. A second time changes nothing."""
    rows = {(row.file, row.key): row for row in session.scalars(select(ContentEntry))}
    added, updated, kept = [], [], []
    for entry in entries:
        key = (entry.file, entry.key)
        row = rows.pop(key, None)
        shipped = fingerprint_body(entry.body)
        if row is None:
            session.add(_new_row(entry, now, shipped))
            added.append(key)
            continue
        if fingerprint_body(row.body) != shipped:
            body = _merge_topics(session, entry) if _is_edited(row) else entry.body
            if body is None or body == row.body:
                kept.append(key)
            else:
                row.body, row.changed_at = body, now
                updated.append(key)
        if (row.position, row.shipped) != (entry.position, shipped):  # what is set is looked at again, changed or not
            row.position, row.shipped = entry.position, shipped
    removed = _remove_unshipped(session, rows.values())
    kept += [key for key in rows if key not in removed]
    session.flush()
    if added or updated or removed:
        raise_content_version(session)
    return ImportReport(*(tuple(sorted(keys)) for keys in (added, updated, kept, removed)))


def export_entries(session: Session) -> list[Entry]:
    """Return all entries in the order of the files."""
    columns = select(ContentEntry.file, ContentEntry.key, ContentEntry.body, ContentEntry.position)
    rows = session.execute(columns.order_by(ContentEntry.file, ContentEntry.position, ContentEntry.key))
    return [Entry(*row) for row in rows if row.body is not None]


def find_staff_edits(session: Session) -> list[tuple[str, str]]:
    """Return (file, key) of the entries that are not as they last shipped."""
    query = select(ContentEntry).order_by(ContentEntry.file, ContentEntry.position, ContentEntry.key)
    return [(row.file, row.key) for row in session.scalars(query) if _is_edited(row)]


def check_entry(session: Session, file: str, key: str, body: object) -> Entry:
    """Return what staff wrote as an entry in its place, or at the end of its file.

    Raises ContentError when it does not fit its format.
    """
    entries = export_entries(session)
    positions = [entry.position for entry in entries if entry.file == file]
    known = next((entry for entry in entries if (entry.file, entry.key) == (file, key)), None)
    position = known.position if known else max(positions, default=-1) + 1
    edited = Entry(file, key, body, position).normalise()
    build_content([edited, *(entry for entry in entries if entry is not known)])
    return edited


def edit_entry(session: Session, file: str, key: str, body: object, now: dt.datetime) -> Entry:
    """Store what staff wrote, in place of the entry or as a new one at the end of its file.

    Raises ContentError when it does not fit its format; then nothing is changed.
    """
    edited = check_entry(session, file, key, body)
    store_entry(session, edited, now)
    return edited


def store_entry(session: Session, entry: Entry, now: dt.datetime) -> None:
    """Store an entry that `check_entry` returned."""
    row = session.get(ContentEntry, (entry.file, entry.key))
    if row is None:
        session.add(_new_row(entry, now, shipped=None))
    elif row.body != entry.body:
        row.body, row.changed_at = entry.body, now
    session.flush()
    raise_content_version(session)


def remove_entry(session: Session, file: str, key: str, now: dt.datetime) -> None:
    """Delete an entry; raises NotFoundError when there is none.

    Of one that ships the row stays, without a body: an import keeps it like every edit, and does not bring it back.
    """
    row = session.get(ContentEntry, (file, key))
    if row is None or row.body is None:
        raise NotFoundError(f"there is no entry {key} in {file}")
    if row.shipped is None:
        session.delete(row)
    else:
        row.body, row.changed_at = None, now
    session.flush()
    raise_content_version(session)


def load_content(session: Session) -> Content:
    """Return the content of the database; raises ContentError for the first entry that does not fit its format."""
    return build_content(export_entries(session))


def build_content(entries: Iterable[Entry]) -> Content:
    """Return the content that these entries make up; raises ContentError with file, key and field.

    Whether one entry fits the others is for `bot content check`: a slip there must not keep the bot from starting.
    """
    parsed: dict[tuple[str, str], tuple[Entry, Body]] = {}
    for entry in entries:
        if (entry.file, entry.key) in parsed:
            raise ContentError(f"content/{entry.file} {entry.key}: this entry is there twice")
        parsed[entry.file, entry.key] = (entry, entry.parse())
    pairs = list(parsed.values())
    tree = next((value for _, value in pairs if isinstance(value, TopicTree)), None)
    if tree is None:
        raise ContentError("content/topics.yml: the file is missing")
    answers, field_names = _gather_answers(tree, pairs), _gather_lines("fields.yml", pairs)
    return Content(
        tree=tree,
        places={value.id: value for _, value in pairs if isinstance(value, Place)},
        events={value.id: value for _, value in pairs if isinstance(value, Event)},
        rules={value.id: value for _, value in pairs if isinstance(value, Rule)},
        gaps={value.id: value for _, value in pairs if isinstance(value, Gap)},
        unsupported={entry.key: value for entry, value in pairs if isinstance(value, UnsupportedLanguage)},
        field_names=field_names,
        fact_lines=_gather_lines("facts.yml", pairs),
        answers=answers,
        crisis=_gather_crisis_words(pairs),
        complete=_find_complete_languages(tree, answers, field_names),
    )


def restrict_to_approved(content: Content) -> Content:
    """Return the content with just the topics whose German answer is public, and their reviewed translations.

    What the bot says in conversation stays: without it, it could not even answer to danger.
    """
    german = content.answers[SOURCE]
    public = {topic for topic, answer in german.items() if answer.state is AnswerState.PUBLIC}
    answers = {
        tag: {
            topic: answer
            for topic, answer in known.items()
            if topic in content.conversation or (topic in public and is_approved(answer, german[topic]))
        }
        for tag, known in content.answers.items()
    }
    fields = (
        replaced
        for field in content.tree.fields
        if (replaced := field.model_copy(update={"topics": tuple(t for t in field.topics if t.id in public)})).topics
    )
    tree = content.tree.model_copy(update={"fields": tuple(fields)})
    return replace(content, tree=tree, answers=answers)


def is_approved(answer: Answer, german: Answer) -> bool:
    """Tell whether an answer may be shown as approved: German when public, a translation when also reviewed."""
    reviewed = answer is german or find_translation_state(answer, german) is TranslationState.REVIEWED
    return german.state is AnswerState.PUBLIC and reviewed


def find_translation_state(answer: Answer, german: Answer) -> TranslationState | None:
    """Return how a translation stands: outdated when the German prose has changed since; None for German itself."""
    if answer is german or answer.translation is None:
        return None
    return answer.translation if answer.source == german.fingerprint else TranslationState.OUTDATED


def _remove_unshipped(session: Session, rows: Collection[ContentEntry]) -> list[tuple[str, str]]:
    """Delete the rows that staff has not touched, save those that an edited entry names: the bot would trip there."""
    if not rows:
        return []
    edited = [row for row in session.scalars(select(ContentEntry)) if _is_edited(row)]
    texts = [json.dumps(row.body, ensure_ascii=False) for row in edited]
    removed = []
    for row in rows:
        named = any(f'"{row.key}"' in text or f"{{{row.key}." in text for text in texts)
        if not _is_edited(row) and (not named or row.file == "unsupported.yml"):
            session.delete(row)
            removed.append((row.file, row.key))
    return removed


def _merge_topics(session: Session, entry: Entry) -> Any | None:
    """Return the topics that ship with all that staff changed in what they list; None where no revision says what.

    They are one entry: kept as a whole, a box that was ticked once would keep every later topic out.
    """
    if (entry.file, entry.key) != (merging_topics.FILE, merging_topics.KEY):
        return None
    query = select(Revision).where(
        Revision.file == entry.file, Revision.key == entry.key, Revision.state == RevisionState.PUBLISHED
    )
    revisions = session.scalars(query.order_by(Revision.decided_at, Revision.id)).all()
    body: Any = entry.body
    for revision in revisions:
        before: Any = revision.previous
        body = merging_topics.carry_over(before, revision.body, body)
    return replace(entry, body=body).normalise().body if revisions else None


def _new_row(entry: Entry, now: dt.datetime, shipped: str | None) -> ContentEntry:
    return ContentEntry(
        file=entry.file, key=entry.key, position=entry.position, body=entry.body, shipped=shipped, changed_at=now
    )


def _is_edited(row: ContentEntry) -> bool:
    return row.shipped != fingerprint_body(row.body)


def fingerprint_body(body: object) -> str:
    """Return twelve hex digits that change with the body of an entry, whatever the order of its keys."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _gather_lines(name: str, pairs: Sequence[tuple[Entry, Body]]) -> Mapping[str, Mapping[str, str]]:
    lines: dict[str, dict[str, str]] = {tag: {} for tag in TAGS}
    for entry, value in pairs:
        if entry.name == name and entry.language and isinstance(value, str):
            lines.setdefault(entry.language, {})[entry.key] = value
    return lines


def _gather_answers(tree: TopicTree, pairs: Sequence[tuple[Entry, Body]]) -> Mapping[str, Mapping[str, Answer]]:
    """Return the answers by language and topic; of two for the same, that in the file of the topic's field."""
    files = tree.files
    answers: dict[str, dict[str, Answer]] = {tag: {} for tag in TAGS}
    for entry, value in pairs:
        if entry.language and isinstance(value, Answer):
            known = answers.setdefault(entry.language, {})
            if entry.key not in known or entry.name == files.get(entry.key, CONVERSATION_FILE):
                known[entry.key] = value
    return answers


def _find_complete_languages(
    tree: TopicTree, answers: Mapping[str, Mapping[str, Answer]], field_names: Mapping[str, Mapping[str, str]]
) -> tuple[Language, ...]:
    fields = {entry.id for entry in tree.fields}
    topics = {topic.id for entry in tree.fields for topic in entry.topics} | {topic.id for topic in tree.conversation}
    return tuple(
        language
        for language in LANGUAGES
        if topics <= answers.get(language.tag, {}).keys() and fields <= field_names.get(language.tag, {}).keys()
    )


def _gather_crisis_words(pairs: Sequence[tuple[Entry, Body]]) -> Mapping[str, CrisisWords]:
    words: dict[str, dict[str, Body]] = {}
    for entry, value in pairs:
        if entry.name == "crisis.yml" and entry.language:
            words.setdefault(entry.language, {"danger": ()})[entry.key] = value
    return {tag: CrisisWords.model_validate(lists) for tag, lists in words.items()}
