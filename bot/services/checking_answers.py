"""Checks of the answers as wholes: that all are there, that the languages agree, that placeholders can be filled."""

import re
from collections import Counter

from bot.languages import SOURCE, TAGS
from bot.messages.content import PLACEHOLDER, Event, Place, Rule
from bot.services.findings import Checked, Findings, error, warning
from bot.services.storing_content import find_translation_state
from bot.states import Group, TranslationState

MAX_RENDERED = 3000
MIN_KEYWORDS = 5
_SHOWN_FIELDS = {
    Place: {"name", "address", "district", "phone", "email", "url", "hours"},
    Event: {"name", "organiser", "address", "url", "last_date", "next_date"},
}
_BRACE = re.compile(r"[{}]")


def check_answers_are_there(checked: Checked) -> Findings:
    """Every topic and every entry of conversation has an answer in every language."""
    for tag in TAGS:
        for topic in checked.content.topics:
            if topic not in checked.content.answers.get(tag, {}):
                yield error(checked.tell_where(tag, topic), "this answer is missing")


def check_answers_have_topics(checked: Checked) -> Findings:
    """No answer is written that no topic leads to."""
    for _, topic, where, _ in checked.answers:
        if topic not in checked.content.topics:
            yield error(where, "topics.yml has no such topic")


def check_placeholders(checked: Checked) -> Findings:
    """Every placeholder names a fact and a field of it that is there and may be shown."""
    for _, _, where, answer in checked.answers:
        for key, field in sorted(answer.placeholders()):
            fact = checked.content.find_fact(key)
            if fact is None:
                yield error(where, f"{{{key}.{field}}}: there is no fact {key}")
            elif isinstance(fact, Rule) and field not in fact.figures:
                yield error(where, f"{{{key}.{field}}}: this rule has no figure {field}")
            elif not isinstance(fact, Rule) and field not in _SHOWN_FIELDS[type(fact)]:
                yield error(where, f"{{{key}.{field}}}: a placeholder cannot name the field {field}")
            elif isinstance(fact, Place) and fact.address_secret and field in {"address", "district"}:
                yield error(where, f"{{{key}.{field}}}: this address is secret")
            elif not isinstance(fact, Rule) and not getattr(fact, field):
                yield error(where, f"{{{key}.{field}}}: this field is empty")


def check_braces(checked: Checked) -> Findings:
    """Braces stand only around placeholders, and placeholders only where they are filled."""
    for text in checked.texts:
        rest = PLACEHOLDER.sub("", text.text) if text.rich else text.text
        if _BRACE.search(rest):
            problem = "a brace that belongs to no placeholder" if text.rich else "no placeholder can stand here"
            yield error(text.where, f"{text.part}: {problem}".removeprefix(": "))


def check_figures_hold(checked: Checked) -> Findings:
    """No answer names a figure of a rule that is open, has ended or has not begun."""
    for _, _, where, answer in checked.answers:
        for key, field in sorted(answer.placeholders()):
            rule = checked.content.rules.get(key)
            if (
                rule
                and field in rule.figures
                and not checked.content.follow_rule(rule, checked.today).usable(checked.today)
            ):
                yield error(where, f"{{{key}.{field}}}: this rule is open, has ended or has not begun")


def check_placeholders_agree(checked: Checked) -> Findings:
    """An answer has the same placeholders in every language."""
    for _, topic, where, answer in checked.answers:
        german = checked.content.answers[SOURCE].get(topic)
        if german is None:
            continue
        for verb, pairs in (
            ("lacks", german.placeholders() - answer.placeholders()),
            ("adds", answer.placeholders() - german.placeholders()),
        ):
            if pairs:
                names = ", ".join(f"{{{key}.{field}}}" for key, field in sorted(pairs))
                yield error(where, f"other placeholders than in German: {verb} {names}")


def check_variants_agree(checked: Checked) -> Findings:
    """The variants are for the same groups, in the same order, in every language."""
    for _, topic, where, answer in checked.answers:
        german = checked.content.answers[SOURCE].get(topic)
        if german and [variant.groups for variant in answer.variants] != [
            variant.groups for variant in german.variants
        ]:
            yield error(where, "variants: other groups, or another order, than in German")


def check_groups_are_unique(checked: Checked) -> Findings:
    """No group has two variants."""
    for _, _, where, answer in checked.answers:
        counts = Counter(group for variant in answer.variants for group in variant.groups)
        for group, count in counts.items():
            if count > 1:
                yield error(where, f"variants: the group {group} is there twice")


def check_variants_are_asked_for(checked: Checked) -> Findings:
    """A topic that asks for the group has variants, one of them for the unknown group; no other topic has any."""
    for _, topic_id, where, answer in checked.answers:
        topic = checked.content.topics.get(topic_id)
        if topic is None:
            continue
        if not topic.ask_group and answer.variants:
            yield error(where, "variants, but topics.yml does not set ask_group")
        if topic.ask_group and not any(Group.UNKNOWN in variant.groups for variant in answer.variants):
            yield error(where, "topics.yml sets ask_group, but there is no variant for unknown")


def check_lists_agree(checked: Checked) -> Findings:
    """There are as many steps, and as many things to bring, in every language."""
    for _, topic, where, answer in checked.answers:
        german = checked.content.answers[SOURCE].get(topic)
        if german and len(german.steps) != len(answer.steps):
            yield error(where, f"steps: {len(answer.steps)}, in German {len(german.steps)}")
        if german and len(german.bring) != len(answer.bring):
            yield error(where, f"bring: {len(answer.bring)}, in German {len(german.bring)}")


def check_states(checked: Checked) -> Findings:
    """German says how far staff stands behind it; a translation how it came about and from which German prose."""
    for language, _, where, answer in checked.answers:
        if language == SOURCE:
            if answer.state is None:
                yield error(where, "state is missing")
            if answer.translation or answer.source:
                yield error(where, "translation and source are not for German")
        else:
            if answer.translation is None:
                yield error(where, "translation is missing")
            if answer.translation is TranslationState.OUTDATED:
                yield error(where, "translation: outdated is computed, never written")
            if answer.source is None:
                yield error(where, "source is missing: run `bot content stamp`")
            if answer.state:
                yield error(where, "state is for German only")


def check_length(checked: Checked) -> Findings:
    """An answer stays readable on a telephone, with its longest variant and its placeholders filled."""
    for _, _, where, answer in checked.answers:
        longest = max((len(_fill(variant.text, checked)) for variant in answer.variants), default=0)
        common = [answer.title, answer.text, *answer.steps, *answer.bring]
        length = sum(len(_fill(text, checked)) + 1 for text in common) + longest
        if length >= MAX_RENDERED:
            yield error(where, f"too long: {length} characters with its placeholders filled, {MAX_RENDERED} at most")


def warn_of_outdated_translations(checked: Checked) -> Findings:
    """The German prose has changed since a translation was written."""
    for language, topic, where, answer in checked.answers:
        german = checked.content.answers[SOURCE].get(topic)
        if language == SOURCE or german is None or answer.source is None:
            continue
        if find_translation_state(answer, german) is TranslationState.OUTDATED:
            yield warning(where, f"outdated: the German prose is now {german.fingerprint}")


def warn_of_machine_drafts(checked: Checked) -> Findings:
    """Translations that no person has read: one line a language."""
    drafts = Counter(
        language
        for language, _, _, answer in checked.answers
        if language != SOURCE and answer.translation is TranslationState.MACHINE_DRAFT
    )
    for language, count in drafts.items():
        yield warning(f"{language}/", f"{count} of {len(checked.content.answers[language])} answers are machine drafts")


def warn_of_few_keywords(checked: Checked) -> Findings:
    """A topic is hard to find without the NLU; entries of conversation are not searched."""
    for _, topic, where, answer in checked.answers:
        if topic not in checked.content.conversation and len(answer.keywords) < MIN_KEYWORDS:
            yield warning(where, f"{len(answer.keywords)} keywords, at least {MIN_KEYWORDS} help")


def _fill(text: str, checked: Checked) -> str:
    """Return the text about as long as readers see it, whatever their language."""

    def find_value(key: str, field: str) -> str:
        fact = checked.content.find_fact(key)
        if isinstance(fact, Rule):
            figure = fact.figures.get(field)
            return f"{figure.value} {figure.unit}" if figure else ""
        return str(getattr(fact, field, ""))

    return PLACEHOLDER.sub(lambda match: find_value(match[1], match[2]), text)
