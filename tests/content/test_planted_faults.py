"""Each check of the content finds the fault that is planted for it, and nothing in a content without fault."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.services import checking_answers as answers
from bot.services import checking_facts as facts
from bot.services import checking_prose as prose
from bot.services.checking_content import CHECKS, check_content
from bot.services.findings import Checked, Findings
from tests.content.builder import INTENTS, TODAY, Tree, build_small_content, build_tree

Check = Callable[[Checked], Findings]
Mutation = Callable[[Tree], object]


def flat(tree: Tree, language: str = "de") -> dict[str, Any]:
    """Return the answer on flats."""
    answer: dict[str, Any] = tree[f"{language}/housing.yml"]["find_flat"]
    return answer


def topic(tree: Tree) -> dict[str, Any]:
    """Return the topic on flats."""
    found: dict[str, Any] = tree["topics.yml"]["fields"][0]["topics"][0]
    return found


def write(text: str, language: str = "de") -> Mutation:
    """Return the mutation that puts a text into the answer on flats."""
    return lambda tree: flat(tree, language).update(text=text)


def place(number: int, **values: object) -> Mutation:
    """Return the mutation that changes a place: 0 is the emergency, 1 the landlord, 2 the shelter."""
    return lambda tree: tree["places.yml"][number].update(values)


def rule(**values: object) -> Mutation:
    """Return the mutation that changes the rule."""
    return lambda tree: tree["rules.yml"][0].update(values)


def event(**values: object) -> Mutation:
    """Return the mutation that changes the event."""
    return lambda tree: tree["events.yml"][0].update(values)


def add_topic(**values: object) -> Mutation:
    """Return the mutation that changes the topic on flats."""
    return lambda tree: topic(tree).update(values)


def add_places(tree: Tree, count: int) -> None:
    """Show this many more places."""
    for number in range(count):
        tree["places.yml"].append({**tree["places.yml"][0], "id": f"more-{number}"})
        topic(tree)["places"].append(f"more-{number}")


def make_long(tree: Tree) -> None:
    """Fill every part of the answer with names as long as they may be."""
    tree["places.yml"][1]["name"] = "x" * 160
    flat(tree)["text"] = "{landlord.name}" * 20


def name_other_address(tree: Tree) -> None:
    """Send people to a place that is none of the topic's."""
    tree["places.yml"].append({**tree["places.yml"][1], "id": "other"})
    tree["de/housing.yml"]["find_flat"]["text"] += " {other.address}"


def replace_deposit(tree: Tree, **values: object) -> None:
    """Let another rule follow the deposit."""
    tree["rules.yml"].append({**tree["rules.yml"][0], "id": "deposit-2028", "valid_until": None, **values})
    tree["rules.yml"][0]["replaced_by"] = "deposit-2028"


FAULTS: tuple[tuple[str, Check, Mutation, str], ...] = (
    (
        "a topic twice",
        facts.check_topics_are_unique,
        lambda tree: tree["topics.yml"]["conversation"].append({"id": "find_flat"}),
        "topics.yml find_flat: this topic is there twice",
    ),
    (
        "a field twice",
        facts.check_topics_are_unique,
        lambda tree: tree["topics.yml"]["fields"].append({"id": "housing", "symbol": "x", "topics": []}),
        "topics.yml housing: this field is there twice",
    ),
    (
        "a topic without intent",
        facts.check_intents,
        lambda tree: tree["topics.yml"]["conversation"].append({"id": "thank"}),
        "topics.yml thank: domain.yml has no such intent",
    ),
    (
        "an intent without topic",
        facts.check_intents,
        lambda tree: tree["topics.yml"]["conversation"].pop(0),
        "domain.yml greet: topics.yml has no such topic",
    ),
    ("an unknown place", facts.check_references, add_topic(places=["nowhere"]), "find_flat: there is no place nowhere"),
    ("an event as place", facts.check_references, add_topic(places=["flat-fair"]), "there is no place flat-fair"),
    ("an unknown event", facts.check_references, add_topic(events=["never"]), "find_flat: there is no event never"),
    ("an unknown rule", facts.check_references, add_topic(rules=["none"]), "find_flat: there is no rule none"),
    (
        "an unknown ask",
        facts.check_references,
        event(ask="nobody"),
        "events.yml flat-fair: ask: there is no place nobody",
    ),
    (
        "a fact of an unknown topic",
        facts.check_facts_name_topics,
        place(1, topics=["find_flat", "find_castle"]),
        "places.yml landlord: topics: there is no topic find_castle",
    ),
    (
        "a gap of an unknown topic",
        facts.check_facts_name_topics,
        lambda tree: tree["gaps.yml"][0].update(topics=["find_castle"]),
        "gaps.yml landlord-hours-in-summer: topics: there is no topic find_castle",
    ),
    (
        "a place that is shown by a topic it does not name",
        facts.check_facts_name_topics,
        place(1, topics=["greet"]),
        "topics.yml find_flat: landlord does not name this topic",
    ),
    (
        "a topic without facts",
        facts.check_topics_have_facts,
        lambda tree: tree["topics.yml"]["fields"][0]["topics"].append({"id": "find_castle"}),
        "topics.yml find_castle: no fact and no gap names this topic",
    ),
    (
        "a replacement that does not exist",
        facts.check_replacements,
        rule(replaced_by="deposit-2028"),
        "rules.yml deposit: replaced_by: there is no rule deposit-2028",
    ),
    (
        "a replacement with a day between",
        facts.check_replacements,
        lambda tree: replace_deposit(tree, valid_from="2028-01-02"),
        "rules.yml deposit: replaced_by: deposit-2028 does not begin the day after this one ends",
    ),
    (
        "a replacement without the figure",
        facts.check_replacements,
        lambda tree: replace_deposit(tree, valid_from="2028-01-01", figures={}),
        "rules.yml deposit: replaced_by: deposit-2028 lacks most",
    ),
    (
        "a gap with the id of a fact",
        facts.check_gaps,
        lambda tree: tree["gaps.yml"][0].update(id="deposit"),
        "gaps.yml deposit: a fact has this id",
    ),
    (
        "a gap that nobody can be asked about",
        facts.check_gaps,
        lambda tree: tree["gaps.yml"][0].update(ask="nobody"),
        "gaps.yml landlord-hours-in-summer: ask: there is no place nobody",
    ),
    ("an id twice", facts.check_unique_ids, rule(id="landlord"), "this id: places.yml, rules.yml"),
    (
        "six places",
        facts.check_number_of_places,
        lambda tree: add_places(tree, 4),
        "topics.yml find_flat: 6 places, at most 5 are shown",
    ),
    (
        "a place out of reach",
        facts.check_places_are_reachable,
        place(2, phone=None),
        "places.yml shelter: find_flat shows it, but it has no phone",
    ),
    (
        "a field without name",
        facts.check_field_names,
        lambda tree: tree["ar/fields.yml"].clear(),
        "ar/fields.yml housing: the name of this field is missing",
    ),
    (
        "a place without line",
        facts.check_fact_lines,
        lambda tree: tree["uk/facts.yml"].pop("shelter"),
        "uk/facts.yml shelter: a topic shows this, but its line is missing",
    ),
    (
        "an event without line",
        facts.check_fact_lines,
        lambda tree: tree["de/facts.yml"].pop("flat-fair"),
        "de/facts.yml flat-fair: a topic shows this, but its line is missing",
    ),
    (
        "a place without line whose address the text names",
        facts.check_fact_lines,
        name_other_address,
        "uk/facts.yml other: a topic shows this, but its line is missing",
    ),
    (
        "a line without fact",
        facts.check_fact_lines,
        lambda tree: tree["de/facts.yml"].update(nowhere="Nichts"),
        "de/facts.yml nowhere: there is no such place or event",
    ),
    (
        "confirmed by nobody",
        facts.check_confirmations,
        place(1, confirmed_by=None),
        "places.yml landlord: confirmed_by and confirmed_on stand together",
    ),
    (
        "confirmed at no time",
        facts.check_confirmations,
        rule(confirmed_by="x"),
        "rules.yml deposit: confirmed_by and confirmed_on stand together",
    ),
    (
        "hours in words",
        facts.check_hours,
        place(1, hours="Montag früh"),
        "landlord: hours: not in the OSM syntax: Mont",
    ),
    ("an event that is over", facts.check_next_dates, event(next_date="2026-11-23"), "next_date: 2026-11-23 is past"),
    (
        "no words of danger",
        facts.check_crisis_words,
        lambda tree: tree.pop("uk/crisis.yml"),
        "uk/crisis.yml: the file is missing",
    ),
    (
        "an empty list of danger",
        facts.check_crisis_words,
        lambda tree: tree["uk/crisis.yml"].update(danger=[]),
        "uk/crisis.yml danger: the list is empty",
    ),
    (
        "an empty pattern",
        facts.check_crisis_words,
        lambda tree: tree["uk/crisis.yml"]["danger"].append(" "),
        "uk/crisis.yml: a pattern is empty",
    ),
    (
        "a pattern that cannot be read",
        facts.check_crisis_words,
        lambda tree: tree["uk/crisis.yml"]["danger"].append("життя .."),
        "uk/crisis.yml: content/uk/crisis.yml: the pattern 'життя ..' cannot be read",
    ),
    (
        "an offered language as unsupported",
        facts.check_unsupported,
        lambda tree: tree["unsupported.yml"].update(uk={"name": "x", "line": "x"}),
        "unsupported.yml uk: this language is offered",
    ),
    (
        "a topic without answer",
        answers.check_answers_are_there,
        lambda tree: tree["ar/housing.yml"].pop("find_flat"),
        "ar/housing.yml find_flat: this answer is missing",
    ),
    (
        "conversation without answer",
        answers.check_answers_are_there,
        lambda tree: tree["uk/conversation.yml"].pop("crisis"),
        "uk/conversation.yml crisis: this answer is missing",
    ),
    (
        "an answer without topic",
        answers.check_answers_have_topics,
        lambda tree: tree["de/housing.yml"].update(old=flat(tree)),
        "de/? old: topics.yml has no such topic",
    ),
    (
        "an unknown fact",
        answers.check_placeholders,
        write("Bei {nobody.phone}."),
        "find_flat: {nobody.phone}: there is no",
    ),
    (
        "an unknown figure",
        answers.check_placeholders,
        write("Nur {deposit.least}."),
        "{deposit.least}: this rule has no",
    ),
    ("an unknown field", answers.check_placeholders, write("{landlord.fax}"), "cannot name the field fax"),
    ("a field for staff", answers.check_placeholders, write("{landlord.note}"), "cannot name the field note"),
    (
        "a secret address",
        answers.check_placeholders,
        write("{shelter.address}"),
        "{shelter.address}: this address is secret",
    ),
    (
        "an empty field",
        answers.check_placeholders,
        write("{emergency.email}"),
        "{emergency.email}: this field is empty",
    ),
    ("half a placeholder", answers.check_braces, write("Rufen Sie {landlord} an."), "text: a brace that belongs to no"),
    (
        "a placeholder in a title",
        answers.check_braces,
        lambda tree: flat(tree).update(title="{landlord.name}"),
        "de/housing.yml find_flat: title: no placeholder can stand here",
    ),
    (
        "a placeholder beside a fact",
        answers.check_braces,
        lambda tree: tree["de/facts.yml"].update(shelter="{landlord.name}"),
        "de/facts.yml shelter: no placeholder can stand here",
    ),
    ("a figure of an open rule", answers.check_figures_hold, rule(force="open"), "{deposit.most}: this rule is open"),
    (
        "a figure too late",
        answers.check_figures_hold,
        rule(valid_until="2026-11-23"),
        "{deposit.most}: this rule is open",
    ),
    (
        "a figure too early",
        answers.check_figures_hold,
        rule(valid_from="2026-11-25"),
        "{deposit.most}: this rule is open",
    ),
    (
        "a placeholder lost in translation",
        answers.check_placeholders_agree,
        lambda tree: flat(tree, "uk")["steps"].__setitem__(0, "Зателефонуйте."),
        "uk/housing.yml find_flat: other placeholders than in German: lacks {landlord.phone}",
    ),
    (
        "a placeholder added in translation",
        answers.check_placeholders_agree,
        write("اسألوا {shelter.name}.", "ar"),
        "ar/housing.yml find_flat: other placeholders than in German: adds {shelter.name}",
    ),
    (
        "a placeholder lost in one of its two places",
        answers.check_placeholders_keep_their_place,
        lambda tree: (
            [flat(tree, tag).update(text="{landlord.phone}") for tag in ("de", "ar", "uk")],
            flat(tree, "uk")["steps"].__setitem__(0, "Зателефонуйте."),
        ),
        "uk/housing.yml find_flat: steps 1: lacks {landlord.phone}, which stands here in German",
    ),
    (
        "variants in another order",
        answers.check_variants_agree,
        lambda tree: flat(tree, "ar")["variants"].reverse(),
        "ar/housing.yml find_flat: variants: other groups, or another order",
    ),
    (
        "a variant for other groups",
        answers.check_variants_agree,
        lambda tree: flat(tree, "uk")["variants"][0].update(groups=["title"]),
        "uk/housing.yml find_flat: variants: other groups, or another order",
    ),
    (
        "a group twice",
        answers.check_groups_are_unique,
        lambda tree: flat(tree)["variants"][1].update(groups=["unknown", "student"]),
        "de/housing.yml find_flat: variants: the group student is there twice",
    ),
    (
        "variants that nobody asks for",
        answers.check_variants_are_asked_for,
        add_topic(ask_group=False),
        "find_flat: variants, but topics.yml does not set ask_group",
    ),
    (
        "no variant for unknown",
        answers.check_variants_are_asked_for,
        lambda tree: flat(tree)["variants"].pop(),
        "find_flat: topics.yml sets ask_group, but there is no variant for unknown",
    ),
    (
        "a step lost in translation",
        answers.check_lists_agree,
        lambda tree: flat(tree, "ar")["steps"].pop(),
        "ar/housing.yml find_flat: steps: 1, in German 2",
    ),
    (
        "a thing to bring lost in translation",
        answers.check_lists_agree,
        lambda tree: flat(tree, "uk")["bring"].clear(),
        "uk/housing.yml find_flat: bring: 0, in German 1",
    ),
    (
        "German without state",
        answers.check_states,
        lambda tree: flat(tree).pop("state"),
        "de/housing.yml find_flat: state is",
    ),
    (
        "German as a translation",
        answers.check_states,
        lambda tree: flat(tree).update(source="0" * 12),
        "de/housing.yml find_flat: translation and source are not for German",
    ),
    (
        "a translation of unknown making",
        answers.check_states,
        lambda tree: flat(tree, "ar").pop("translation"),
        "ar/housing.yml find_flat: translation is missing",
    ),
    (
        "a translation of nothing",
        answers.check_states,
        lambda tree: flat(tree, "ar").pop("source"),
        "ar/housing.yml find_flat: source is missing",
    ),
    (
        "a translation written down as outdated",
        answers.check_states,
        lambda tree: flat(tree, "uk").update(translation="outdated"),
        "uk/housing.yml find_flat: translation: outdated is computed",
    ),
    (
        "a translation with a state",
        answers.check_states,
        lambda tree: flat(tree, "uk").update(state="public"),
        "uk/housing.yml find_flat: state is for German only",
    ),
    ("an answer too long", answers.check_length, make_long, "de/housing.yml find_flat: too long: "),
    (
        "an e-mail address",
        prose.check_values,
        write("Schreiben Sie an amt@stadt.de."),
        "an e-mail address of its own: amt@",
    ),
    ("a link", prose.check_values, write("Siehe https://stadt.de/x"), "a link of its own: https://stadt.de/x"),
    ("a link without scheme", prose.check_values, write("Siehe magdeburg.de."), "a link of its own: magdeburg.de"),
    ("an amount", prose.check_values, write("Das kostet 2,29 Euro."), "text: an amount of its own: 2,29 Euro"),
    ("an amount with a sign", prose.check_values, write("Das kostet 5 €."), "text: an amount of its own: 5 €"),
    ("an Arabic amount", prose.check_values, write("السعر ٥ يورو للدرس.", "ar"), "an amount of its own: 5 يورو"),
    ("a Ukrainian amount", prose.check_values, write("Це коштує 5 євро.", "uk"), "an amount of its own: 5 євро"),
    ("a percentage", prose.check_values, write("Sie zahlen 5 Prozent."), "an amount of its own: 5 Prozent"),
    ("an Arabic percentage", prose.check_values, write("تدفعون ٥٪ فقط.", "ar"), "an amount of its own: 5"),
    ("a date", prose.check_values, write("Nur bis 3.5.2026."), "a date of its own: 3.5.2026"),
    ("a date in words", prose.check_values, write("Nur bis 3. Mai."), "a date of its own: 3. Mai"),
    ("a Ukrainian date", prose.check_values, write("Тільки до 3 травня.", "uk"), "a date of its own: 3 травня"),
    ("an Arabic date", prose.check_values, write("حتى ٣ مايو فقط.", "ar"), "a date of its own: 3 مايو"),
    ("a time", prose.check_values, write("Kommen Sie um 8:30."), "a time of its own: 8:30"),
    ("a time in words", prose.check_values, write("Kommen Sie um 8 Uhr."), "a time of its own: 8 Uhr"),
    ("an Arabic time", prose.check_values, write("تعالوا الساعة ٨ صباحا.", "ar"), "a time of its own: الساعة 8"),
    ("a phone number", prose.check_values, write("Anruf: 0391 540 4389."), "a phone number of its own: 0391 540 4389"),
    (
        "an international number",
        prose.check_values,
        write("Anruf: +49 391 5404389."),
        "a phone number of its own: +49 391",
    ),
    ("a helpline", prose.check_values, write("Rufen Sie 116117 an."), "a phone number of its own: 116117"),
    (
        "an Arabic phone number",
        prose.check_values,
        write("الرقم ٠٣٩١٥٤٠٤٣٨٩ للجميع.", "ar"),
        "a phone number of its own",
    ),
    ("a bare emergency number", prose.check_values, write("Rufen Sie 112 an."), "a number of its own: 112"),
    (
        "an Arabic emergency number",
        prose.check_values,
        write("اتصلوا بالرقم ١١٢ الآن.", "ar"),
        "a number of its own: 112",
    ),
    (
        "a number beside a fact",
        prose.check_values,
        lambda tree: tree["de/facts.yml"].update(shelter="Mit 12 Betten"),
        "de/facts.yml shelter: a number of its own: 12",
    ),
    (
        "a number in a variant",
        prose.check_values,
        lambda tree: flat(tree)["variants"][0].update(text="Höchstens 30 Tage, {deposit.most}."),
        "variants 1: a number of its own: 30",
    ),
    ("half a bold", prose.check_markup, write("Fragen Sie **jetzt."), "text: an asterisk that makes nothing bold"),
    ("italics", prose.check_markup, write("Fragen Sie *jetzt*."), "text: an asterisk that makes nothing bold"),
    (
        "bold beside a fact",
        prose.check_markup,
        lambda tree: tree["de/facts.yml"].update(shelter="**Sicher**"),
        "de/facts.yml shelter: an asterisk that makes nothing bold",
    ),
    ("a tag", prose.check_markup, write("Fragen Sie <b>jetzt</b>."), "text: the sign < stands for markup"),
    ("an ampersand", prose.check_markup, write("Haus & Hof"), "text: the sign & stands for markup"),
    ("a backtick", prose.check_markup, write("Fragen Sie `jetzt`."), "text: the sign ` stands for markup"),
    ("a link in markup", prose.check_markup, write("Fragen Sie [hier](x)."), "text: the sign [ stands for markup"),
    ("German in Arabic", prose.check_script, write("Fragen Sie viele.", "ar"), "text: not one Arabic letter"),
    ("German in Ukrainian", prose.check_script, write("Fragen Sie viele.", "uk"), "text: not one Cyrillic letter"),
    (
        "mostly German in Arabic",
        prose.check_script,
        lambda tree: tree["ar/facts.yml"].update(shelter="Sicheres Haus بيت"),
        "ar/facts.yml shelter: only 20% of the letters are Arabic",
    ),
    (
        "Russian in Ukrainian",
        prose.check_foreign_letters,
        write("Спросите у нескольких мы.", "uk"),
        "only Russian has: ы",
    ),
    ("Arabic in German", prose.check_foreign_letters, write("Fragen Sie nach سكن."), "text: Arabic letters: س"),
    ("a deadline in words", prose.warn_of_durations, write("Das dauert 3 Monate."), "may be a deadline, which belongs"),
    ("a Ukrainian deadline", prose.warn_of_durations, write("Це триває 3 місяці.", "uk"), "into a rule: 3 місяц"),
    ("an Arabic deadline", prose.warn_of_durations, write("يستغرق ذلك ٣ أشهر تقريبا.", "ar"), "into a rule: 3 أشهر"),
    (
        "German prose that moved on",
        answers.warn_of_outdated_translations,
        write("Fragen Sie **viele** Vermieter."),
        "ar/housing.yml find_flat: outdated: the German prose is now ",
    ),
    (
        "a machine's draft",
        answers.warn_of_machine_drafts,
        lambda tree: flat(tree, "uk").update(translation="machine_draft"),
        "uk/: 1 of 3 answers are machine drafts",
    ),
    (
        "few keywords",
        answers.warn_of_few_keywords,
        lambda tree: flat(tree)["keywords"].pop(),
        "de/housing.yml find_flat: 4 keywords, at least 5 help",
    ),
    (
        "an old fact",
        facts.warn_of_stale_facts,
        place(0, volatile=True, source_date="2025-11"),
        "places.yml emergency: likely to change, and as old as 2025-11",
    ),
    (
        "a fact without date",
        facts.warn_of_undated_facts,
        place(0, source_date=None),
        "emergency: source_date is not known",
    ),
    ("a rule that ends", facts.warn_of_ending_rules, rule(valid_until="2027-01-23"), "deposit: ends on 2027-01-23"),
    ("a rule that ended", facts.warn_of_ending_rules, rule(valid_until="2026-11-01"), "deposit: ended on 2026-11-01"),
    (
        "a place of no use",
        facts.warn_of_unused_places,
        add_topic(places=["landlord"]),
        "places.yml shelter: no topic uses it",
    ),
)


def run(check: Check, tree: Tree) -> list[str]:
    """Return what one check finds, each in a line."""
    checked = Checked(build_small_content(tree), frozenset(INTENTS), TODAY)
    return [f"{finding.where}: {finding.message}" for finding in check(checked)]


@pytest.mark.parametrize(("check", "mutate", "expected"), [fault[1:] for fault in FAULTS], ids=[f[0] for f in FAULTS])
def test_check_finds_planted_fault(check: Check, mutate: Mutation, expected: str) -> None:
    tree = build_tree()
    mutate(tree)
    assert any(expected in line for line in run(check, tree)), run(check, tree)


def test_check_content_without_fault_finds_nothing() -> None:
    assert check_content(build_small_content(), INTENTS, TODAY) == []


def test_every_check_has_a_planted_fault() -> None:
    assert {check for _, check, _, _ in FAULTS} == set(CHECKS)


def test_every_check_stands_in_the_table() -> None:
    written = {
        check
        for module in (facts, answers, prose)
        for name, check in vars(module).items()
        if name.startswith(("check_", "warn_"))
    }
    assert written == set(CHECKS)


def test_findings_tell_errors_before_warnings() -> None:
    tree = build_tree()
    tree["places.yml"][0]["source_date"] = None
    write("Fragen Sie *jetzt* oder in 3 Tagen.")(tree)
    levels = [finding.level for finding in check_content(build_small_content(tree), INTENTS, TODAY)]
    assert levels == sorted(levels)
    assert {"error", "warning"} == set(levels)


@pytest.mark.parametrize(
    "text",
    [
        "Mit § 24, §§ 22 oder § 25a Abs. 5 ist es anders.",
        "Deutsch auf B1 oder A1–C2.",
        "Sie brauchen 2 Fotos.",
        "Mit /delete löschen Sie alles.",
        "Die Hochschule (H2) hilft.",
    ],
)
def test_names_with_digits_are_no_values(text: str) -> None:
    tree = build_tree()
    flat(tree)["text"] = text
    assert [line for check in (prose.check_values, prose.check_markup) for line in run(check, tree)] == []


def test_crisis_may_show_six_places() -> None:
    tree = build_tree()
    tree["topics.yml"]["conversation"][1]["places"] = ["emergency"] * 6
    assert run(facts.check_number_of_places, tree) == []


def test_rule_ends_in_61_days_is_no_warning() -> None:
    checked = Checked(build_small_content(), frozenset(INTENTS), dt.date(2027, 10, 31))
    assert list(facts.warn_of_ending_rules(checked)) == []
    assert list(facts.warn_of_ending_rules(replace(checked, today=dt.date(2027, 11, 1)))) != []
