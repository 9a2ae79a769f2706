"""`bot content check`: every check of the content, in one table."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from bot.errors import NotFoundError
from bot.languages import SOURCE, TAGS
from bot.messages.content import Answer, Content, Entry
from bot.services import checking_answers as answers
from bot.services import checking_facts as facts
from bot.services import checking_prose as prose
from bot.services.findings import Checked, Finding, Findings

__all__ = ["CHECKS", "Finding", "check_content", "stamp_sources"]

# Errors first, warnings last: so they are told, and so they are read.
CHECKS: tuple[Callable[[Checked], Findings], ...] = (
    facts.check_topics_are_unique,
    facts.check_intents,
    facts.check_references,
    facts.check_facts_name_topics,
    facts.check_topics_have_facts,
    facts.check_gaps,
    facts.check_unique_ids,
    facts.check_number_of_places,
    facts.check_places_are_reachable,
    facts.check_field_names,
    facts.check_fact_lines,
    facts.check_confirmations,
    facts.check_hours,
    facts.check_next_dates,
    facts.check_replacements,
    facts.check_crisis_words,
    facts.check_unsupported,
    answers.check_answers_are_there,
    answers.check_answers_have_topics,
    answers.check_placeholders,
    answers.check_braces,
    answers.check_figures_hold,
    answers.check_placeholders_agree,
    answers.check_placeholders_keep_their_place,
    answers.check_variants_agree,
    answers.check_groups_are_unique,
    answers.check_variants_are_asked_for,
    answers.check_lists_agree,
    answers.check_states,
    answers.check_length,
    prose.check_values,
    prose.check_markup,
    prose.check_script,
    prose.check_foreign_letters,
    prose.warn_of_durations,
    answers.warn_of_outdated_translations,
    answers.warn_of_machine_drafts,
    answers.warn_of_few_keywords,
    facts.warn_of_stale_facts,
    facts.warn_of_undated_facts,
    facts.warn_of_ending_rules,
    facts.warn_of_unused_places,
)


def check_content(content: Content, intents: Collection[str], today: dt.date) -> list[Finding]:
    """Return what the checks find, errors before warnings; intents are those of domain.yml."""
    checked = Checked(content, frozenset(intents), today)
    return [finding for check in CHECKS for finding in check(checked)]


def stamp_sources(entries: Iterable[Entry], language: str, topic: str | None = None) -> list[Entry]:
    """Return all entries, the translations of a language (or of one topic) marked as made from the German of now.

    Raises NotFoundError when there is no such translation or no German for it.
    """
    known = list(entries)
    if language == SOURCE or language not in TAGS:
        raise NotFoundError(f"there are no translations in {language!r}")
    german = {
        entry.key: value for entry in known if entry.language == SOURCE and isinstance(value := entry.parse(), Answer)
    }
    stamped = [_stamp(entry, german) if _is_answer(entry, language, topic) else entry for entry in known]
    if topic and (topic not in german or not any(_is_answer(entry, language, topic) for entry in known)):
        raise NotFoundError(f"there is no answer for {topic!r} in {language!r} or in German")
    return stamped


def _is_answer(entry: Entry, language: str, topic: str | None) -> bool:
    return entry.language == language and topic in {None, entry.key} and isinstance(entry.parse(), Answer)


def _stamp(entry: Entry, german: dict[str, Answer]) -> Entry:
    if entry.key not in german:
        return entry
    return replace(entry, body={**entry.body, "source": german[entry.key].fingerprint}).normalise()
