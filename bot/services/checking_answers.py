"""Checks of the answers as wholes: that all are there, that the languages agree, that placeholders can be filled."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from bot.languages import SOURCE, TAGS
from bot.messages.content import PLACEHOLDER, AnyFact, Event, Place, Rule
from bot.services.findings import Checked, Findings, error, warning
from bot.services.storing_content import find_translation_state
from bot.states import Group, TranslationState

MAX_RENDERED = 3000
MIN_KEYWORDS = 5
# What a placeholder can name, in the order that the desk offers it.
SHOWN_FIELDS: Mapping[type[Place | Event], tuple[str, ...]] = {
    Place: ("name", "phone", "address", "district", "email", "url", "hours"),
    Event: ("name", "organiser", "next_date", "last_date", "address", "url"),
}
SECRET_FIELDS = frozenset({"address", "district"})
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
            fact, name = checked.content.find_fact(key), name_placeholder(key, field)
            if fact is None:
                yield error(where, "{placeholder}: there is no fact {fact}", placeholder=name, fact=key)
            elif isinstance(fact, Rule) and field not in fact.figures:
                yield error(where, "{placeholder}: this rule has no figure {field}", placeholder=name, field=field)
            elif not isinstance(fact, Rule) and field not in SHOWN_FIELDS[type(fact)]:
                yield error(
                    where, "{placeholder}: a placeholder cannot name the field {field}", placeholder=name, field=field
                )
            elif isinstance(fact, Place) and fact.address_secret and field in SECRET_FIELDS:
                yield error(where, "{placeholder}: this address is secret", placeholder=name)
            elif not isinstance(fact, Rule) and not getattr(fact, field):
                yield error(where, "{placeholder}: this field is empty", placeholder=name)


def check_braces(checked: Checked) -> Findings:
    """Braces stand only around placeholders, and placeholders only where they are filled."""
    for text in checked.texts:
        rest = PLACEHOLDER.sub("", text.text) if text.rich else text.text
        if _BRACE.search(rest) and text.rich:
            yield error(text.where, "a brace that belongs to no placeholder", part=text.part)
        elif _BRACE.search(rest):
            yield error(text.where, "no placeholder can stand here", part=text.part)


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
                name = name_placeholder(key, field)
                yield error(where, "{placeholder}: this rule is open, has ended or has not begun", placeholder=name)


def check_placeholders_agree(checked: Checked) -> Findings:
    """An answer has the same placeholders in every language."""
    for _, topic, where, answer in checked.answers:
        german = checked.content.answers[SOURCE].get(topic)
        if german is None:
            continue
        if lacks := german.placeholders() - answer.placeholders():
            yield error(where, "other placeholders than in German: lacks {names}", names=_name_all(lacks))
        if adds := answer.placeholders() - german.placeholders():
            yield error(where, "other placeholders than in German: adds {names}", names=_name_all(adds))


def check_placeholders_keep_their_place(checked: Checked) -> Findings:
    """Each part of an answer has the placeholders of its German: one that stands in two is not lost in the second."""
    named = {(text.where, text.part): frozenset(PLACEHOLDER.findall(text.text)) for text in checked.texts if text.rich}
    for language, topic, where, answer in checked.answers:
        german = checked.content.answers[SOURCE].get(topic)
        if language == SOURCE or german is None or german.placeholders() != answer.placeholders():
            continue  # what is lacking altogether is told above
        source = checked.tell_where(SOURCE, topic)
        for part in [part for place, part in named if place == where]:
            if lacks := named.get((source, part), frozenset()) - named[where, part]:
                yield error(where, "lacks {names}, which stands here in German", part=part, names=_name_all(lacks))


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
                yield error(where, "variants: the group {group} is there twice", group=group)


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
            yield error(where, "steps: {count}, in German {german}", count=len(answer.steps), german=len(german.steps))
        if german and len(german.bring) != len(answer.bring):
            yield error(where, "bring: {count}, in German {german}", count=len(answer.bring), german=len(german.bring))


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
            yield error(
                where,
                "too long: {length} characters with its placeholders filled, {most} at most",
                length=length,
                most=MAX_RENDERED,
            )


def warn_of_outdated_translations(checked: Checked) -> Findings:
    """The German prose has changed since a translation was written."""
    for language, topic, where, answer in checked.answers:
        german = checked.content.answers[SOURCE].get(topic)
        if language == SOURCE or german is None or answer.source is None:
            continue
        if find_translation_state(answer, german) is TranslationState.OUTDATED:
            yield warning(where, "outdated: the German prose is now {fingerprint}", fingerprint=german.fingerprint)


def warn_of_machine_drafts(checked: Checked) -> Findings:
    """Translations that no person has read: one line a language."""
    drafts = Counter(
        language
        for language, _, _, answer in checked.answers
        if language != SOURCE and answer.translation is TranslationState.MACHINE_DRAFT
    )
    for language, count in drafts.items():
        total = len(checked.content.answers[language])
        yield warning(f"{language}/", "{count} of {total} answers are machine drafts", count=count, total=total)


def warn_of_few_keywords(checked: Checked) -> Findings:
    """A topic is hard to find without the NLU; entries of conversation are not searched."""
    for _, topic, where, answer in checked.answers:
        if topic not in checked.content.conversation and len(answer.keywords) < MIN_KEYWORDS:
            yield warning(
                where, "{count} keywords, at least {least} help", count=len(answer.keywords), least=MIN_KEYWORDS
            )


def can_tell(fact: AnyFact, field: str) -> bool:
    """Tell whether a fact has something in this field that people may be told."""
    if isinstance(fact, Rule):
        return field in fact.figures
    secret = isinstance(fact, Place) and fact.address_secret and field in SECRET_FIELDS
    return not secret and bool(getattr(fact, field, None))


def name_placeholder(key: str, field: str) -> str:
    """Return a placeholder as it stands in a text."""
    return f"{{{key}.{field}}}"


def _name_all(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(name_placeholder(key, field) for key, field in sorted(pairs))


def _fill(text: str, checked: Checked) -> str:
    """Return the text about as long as readers see it, whatever their language."""

    def find_value(key: str, field: str) -> str:
        fact = checked.content.find_fact(key)
        if isinstance(fact, Rule):
            figure = fact.figures.get(field)
            return f"{figure.value} {figure.unit}" if figure else ""
        return str(getattr(fact, field, ""))

    return PLACEHOLDER.sub(lambda match: find_value(match[1], match[2]), text)
