"""Checks of the content that read no prose: topics, facts and how they name each other."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from bot.errors import ContentError
from bot.languages import SOURCE, TAGS, find_language
from bot.messages.content import Fact, Place, Rule
from bot.services.findings import Checked, Findings, error, warning
from bot.services.recognising_crisis import compile_crisis
from bot.services.telling_hours import hours_are_valid

MAX_PLACES, MAX_CRISIS_PLACES = 5, 6
_STALE = dt.timedelta(days=365)
_SOON = dt.timedelta(days=60)
_TREE = "topics.yml"


def check_topics_are_unique(checked: Checked) -> Findings:
    """No two topics and no two fields have the same id."""
    tree = checked.content.tree
    topics = [topic.id for field in tree.fields for topic in field.topics] + [topic.id for topic in tree.conversation]
    for kind, ids in (("topic", topics), ("field", [field.id for field in tree.fields])):
        for key, count in Counter(ids).items():
            if count > 1:
                yield error(f"{_TREE} {key}", "this {kind} is there twice", kind=kind)


def check_intents(checked: Checked) -> Findings:
    """Topics and intents are the same."""
    topics = set(checked.content.topics)
    for topic in sorted(topics - checked.intents):
        yield error(f"{_TREE} {topic}", "domain.yml has no such intent")
    for intent in sorted(checked.intents - topics):
        yield error(f"domain.yml {intent}", "topics.yml has no such topic")


def check_references(checked: Checked) -> Findings:
    """What topics and events name is there."""
    content = checked.content
    for topic in content.topics.values():
        named = (("place", topic.places, content.places), ("event", topic.events, content.events))
        for kind, keys, known in (*named, ("rule", topic.rules, content.rules)):
            for key in keys:
                if key not in known:
                    yield error(f"{_TREE} {topic.id}", "there is no {kind} {key}", kind=kind, key=key)
    for event in content.events.values():
        if event.ask and event.ask not in content.places:
            yield error(f"events.yml {event.id}", "ask: there is no place {place}", place=event.ask)


def check_facts_name_topics(checked: Checked) -> Findings:
    """Every fact and gap names topics that exist; what a topic shows or rests on names that topic."""
    content = checked.content
    gaps = ((f"gaps.yml {key}", gap) for key, gap in content.gaps.items())
    for where, entry in (*checked.facts, *gaps):
        for named in entry.topics:
            if named not in content.topics:
                yield error(where, "topics: there is no topic {topic}", topic=named)
    for topic_id, topic in content.topics.items():
        for key in (*topic.places, *topic.events, *topic.rules):
            fact = content.find_fact(key)
            if fact and topic_id not in fact.topics:
                yield error(f"{_TREE} {topic_id}", "{fact} does not name this topic", fact=key)


def check_topics_have_facts(checked: Checked) -> Findings:
    """Every topic has facts, or a declared gap; conversation needs none."""
    content = checked.content
    named = {topic for _, fact in checked.facts for topic in fact.topics}
    named |= {topic for gap in content.gaps.values() for topic in gap.topics}
    for topic in content.topics:
        if topic not in named and topic not in content.conversation:
            yield error(f"{_TREE} {topic}", "no fact and no gap names this topic")


def check_gaps(checked: Checked) -> Findings:
    """A gap is no fact's id, and whom to ask is there."""
    content = checked.content
    for key, gap in content.gaps.items():
        if content.find_fact(key):
            yield error(f"gaps.yml {key}", "a fact has this id")
        if gap.ask and gap.ask not in content.places:
            yield error(f"gaps.yml {key}", "ask: there is no place {place}", place=gap.ask)


def check_unique_ids(checked: Checked) -> Findings:
    """No id stands for two facts, whatever their kinds."""
    content = checked.content
    for key, count in Counter([*content.places, *content.events, *content.rules]).items():
        if count > 1:
            files = (("places.yml", content.places), ("events.yml", content.events), ("rules.yml", content.rules))
            named = ", ".join(file for file, facts in files if key in facts)
            yield error(key, "two facts have this id: {files}", files=named)


def check_number_of_places(checked: Checked) -> Findings:
    """A topic shows no more places than a person reads."""
    for topic in checked.content.topics.values():
        most = MAX_CRISIS_PLACES if topic.id == "crisis" else MAX_PLACES
        if len(topic.places) > most:
            count = len(topic.places)
            yield error(f"{_TREE} {topic.id}", "{count} places, at most {most} are shown", count=count, most=most)


def check_places_are_reachable(checked: Checked) -> Findings:
    """A place that is shown has a phone, an address or a link."""
    for topic in checked.content.topics.values():
        for place in _find_places(checked, topic.places):
            if not place.reachable:
                where = f"places.yml {place.id}"
                yield error(where, "{topic} shows it, but it has no phone, address or link", topic=topic.id)


def check_field_names(checked: Checked) -> Findings:
    """Every field has a name in every language."""
    fields = {field.id for field in checked.content.tree.fields}
    for tag in TAGS:
        for field in sorted(fields - set(checked.content.field_names.get(tag, {}))):
            yield error(f"{tag}/fields.yml {field}", "the name of this field is missing")


def check_fact_lines(checked: Checked) -> Findings:
    """Every place and event that a topic shows has a line in every language, and no line stands for nothing.

    Shown are those of the topic, and the places whose address the answer names.
    """
    content = checked.content
    shown = {key for topic in content.topics.values() for key in (*topic.places, *topic.events)}
    for answer in content.answers.get(SOURCE, {}).values():
        shown |= {key for key, field in answer.placeholders() if field == "address"}
    for tag in TAGS:
        for key in sorted(shown - set(content.fact_lines.get(tag, {}))):
            yield error(f"{tag}/facts.yml {key}", "a topic shows this, but its line is missing")
    for tag, lines in content.fact_lines.items():
        for key in lines:
            if key not in content.places and key not in content.events:
                yield error(f"{tag}/facts.yml {key}", "there is no such place or event")


def check_confirmations(checked: Checked) -> Findings:
    """Who confirmed a fact and when stand together."""
    for where, fact in checked.facts:
        if bool(fact.confirmed_by) != bool(fact.confirmed_on):
            yield error(where, "confirmed_by and confirmed_on stand together or not at all")


def check_hours(checked: Checked) -> Findings:
    """Hours are written in the OSM syntax."""
    for place in checked.content.places.values():
        if place.hours and not hours_are_valid(place.hours):
            yield error(f"places.yml {place.id}", "hours: not in the OSM syntax: {hours}", hours=place.hours)


def check_next_dates(checked: Checked) -> Findings:
    """No event is announced that is over."""
    for event in checked.content.events.values():
        if event.next_date and event.next_date < checked.today:
            yield error(f"events.yml {event.id}", "next_date: {date} is past", date=event.next_date)


def check_crisis_words(checked: Checked) -> Findings:
    """Every language has words of danger, and all of them can be read."""
    for tag in TAGS:
        if tag not in checked.content.crisis:
            yield error(f"{tag}/crisis.yml", "the file is missing")
    for tag, words in checked.content.crisis.items():
        if not words.danger:
            yield error(f"{tag}/crisis.yml danger", "the list is empty")
        elif not all(pattern.strip() for pattern in (*words.danger, *words.harmless)):
            yield error(f"{tag}/crisis.yml", "a pattern is empty")
        else:
            try:
                compile_crisis({tag: words})
            except ContentError as fault:
                yield error(f"{tag}/crisis.yml", "{fault}", fault=fault)


def check_unsupported(checked: Checked) -> Findings:
    """No language is said to be unknown that the bot speaks."""
    for tag in checked.content.unsupported:
        if find_language(tag):
            yield error(f"unsupported.yml {tag}", "this language is offered")


def check_replacements(checked: Checked) -> Findings:
    """A rule is replaced by one that begins the day after it ends, and has at least its figures."""
    for rule in checked.content.rules.values():
        if rule.replaced_by is None:
            continue
        where, next_rule = f"rules.yml {rule.id}", checked.content.rules.get(rule.replaced_by)
        if next_rule is None:
            yield error(where, "replaced_by: there is no rule {rule}", rule=rule.replaced_by)
        elif rule.valid_until is None or next_rule.valid_from != rule.valid_until + dt.timedelta(days=1):
            yield error(where, "replaced_by: {rule} does not begin the day after this one ends", rule=next_rule.id)
        elif missing := sorted(set(rule.figures) - set(next_rule.figures)):
            yield error(where, "replaced_by: {rule} lacks {figures}", rule=next_rule.id, figures=", ".join(missing))


def warn_of_stale_facts(checked: Checked) -> Findings:
    """A fact that is likely to change is older than twelve months."""
    for where, fact in checked.facts:
        if is_stale(fact, checked.today):
            yield warning(where, "likely to change, and as old as {date}", date=fact.confirmed_on or fact.source_date)


def warn_of_undated_facts(checked: Checked) -> Findings:
    """A fact whose page has no date."""
    for where, fact in checked.facts:
        if not fact.source_date:
            yield warning(where, "source_date is not known")


def warn_of_ending_rules(checked: Checked) -> Findings:
    """A rule ends within 60 days, or has ended."""
    for rule in checked.content.rules.values():
        if not ends_soon(rule, checked.today):
            continue
        where, end = f"rules.yml {rule.id}", rule.valid_until
        if has_ended(rule, checked.today):
            yield warning(where, "ended on {date}", date=end)
        else:
            yield warning(where, "ends on {date}", date=end)


def warn_of_unused_places(checked: Checked) -> Findings:
    """A place that no topic shows, no answer names and no event sends people to."""
    content = checked.content
    used = {key for topic in content.topics.values() for key in topic.places}
    used |= {key for _, _, _, answer in checked.answers for key, _ in answer.placeholders()}
    used |= {event.ask for event in content.events.values() if event.ask}
    for key in sorted(set(content.places) - used):
        yield warning(f"places.yml {key}", "no topic uses it")


def ends_soon(rule: Rule, today: dt.date) -> bool:
    """Tell whether a rule ends within 60 days, or has ended, and nothing replaces it."""
    return rule.valid_until is not None and not rule.replaced_by and rule.valid_until - today <= _SOON


def has_ended(rule: Rule, today: dt.date) -> bool:
    """Tell whether the last day of a rule is over."""
    return rule.valid_until is not None and rule.valid_until < today


def is_stale(fact: Fact, today: dt.date) -> bool:
    """Tell whether a fact is likely to change and older than twelve months."""
    return fact.volatile and fact.known_on is not None and today - fact.known_on > _STALE


def _find_places(checked: Checked, keys: Iterable[str]) -> list[Place]:
    return [place for key in keys if (place := checked.content.places.get(key))]
