"""What is still understood when the NLU is away."""

import pytest

from bot.messages.content import Content
from bot.services.deciding import Thresholds, decide_reply
from bot.services.searching_keywords import search_keywords
from bot.services.storing_content import build_content
from bot.states import DecisionKind
from tests.conftest import read_shipped
from tests.content.builder import build_small_content, build_tree


@pytest.fixture(scope="module")
def content() -> Content:
    return build_content(read_shipped())


def find(text: str, content: Content) -> list[str]:
    return [ranked.intent for ranked in search_keywords(text, content).ranking]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ich suche eine Wohnung", "de"),
        ("Допоможіть, потрібна квартира", "uk"),
        ("أبحث عن شقة", "ar"),
    ],
)
def test_topic_is_found_in_every_language_with_its_language(text: str, language: str) -> None:
    parse = search_keywords(text, build_small_content())
    assert [ranked.intent for ranked in parse.ranking] == ["find_flat"]
    assert (parse.language, parse.source) == (language, "keywords")


@pytest.mark.parametrize("text", ["ich suche eine Wohnnung", "Vermeiter gesucht", "WOHNUNGEN", "Mietwohnung"])
def test_typing_error_capital_letters_and_compounds_are_forgiven(text: str) -> None:
    assert find(text, build_small_content()) == ["find_flat"]


@pytest.mark.parametrize("text", ["", "   ", "?!", "Wie wird das Wetter morgen?", "Wo", "Hallo", "\U0001f600"])
def test_nothing_is_found_where_nothing_is_named(text: str) -> None:
    assert find(text, build_small_content()) == []


def test_word_shorter_than_three_letters_finds_nothing() -> None:
    assert find("WG", build_small_content()) == []


def test_keyword_of_several_words_wants_them_all() -> None:
    tree = build_tree()
    tree["de/housing.yml"]["find_flat"] |= {"title": "Dach", "keywords": ["Schlüssel verloren"]}
    content = build_small_content(tree)
    assert find("Ich habe meinen Schlüssel gestern verloren", content) == ["find_flat"]
    assert find("Ich habe meinen Schlüssel gefunden", content) == []


def test_conversation_is_not_searched() -> None:
    assert find("Hallo, Hilfe", build_small_content()) == []


def test_topic_that_was_found_alone_is_answered(content: Content) -> None:
    parse = search_keywords("Zimmer im Wohnheim", content)
    decision = decide_reply(parse, content, Thresholds())
    assert (decision.kind, decision.topics) == (DecisionKind.ANSWER, ("find_flat",))


def test_several_topics_are_suggested(content: Content) -> None:
    parse = search_keywords("Wohnung und Jobmesse", content)
    decision = decide_reply(parse, content, Thresholds())
    assert decision.kind is DecisionKind.SUGGEST
    assert set(decision.topics) == {"find_flat", "meet_employers"}


def test_longer_match_comes_first_and_three_are_enough(content: Content) -> None:
    found = find("Mieterselbstauskunft für die Wohnung, Jobmesse, Deutschkurs, Arzt, Anmeldung", content)
    assert len(found) == 3
    assert found[0] == "find_flat"


def test_nothing_found_is_handed_over(content: Content) -> None:
    assert decide_reply(search_keywords("xyzzy", content), content, Thresholds()).kind is DecisionKind.HANDOVER


def test_letters_tell_the_language_before_the_words_do() -> None:
    parse = search_keywords("Її Wohnung", build_small_content())
    assert parse.language == "uk"


def test_language_known_from_words_alone_is_a_guess() -> None:
    assert search_keywords("Wohnung", build_small_content()).language_probability == 0.5
