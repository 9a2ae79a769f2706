"""Step 4 of the way of a message, line by line of the rule in the design."""

import pytest

from bot.messages.conversation import ChatState, IncomingMessage, LanguageChoice, Parse
from bot.services.choosing_language import choose_language, guess_by_script

FOUR = "one two three four"
TWO = "one two"
ONE = "one"


def choose(
    text: str, detected: str | None, p: float, state: ChatState | None = None, app: str | None = None
) -> LanguageChoice:
    return choose_language(IncomingMessage(text, app), Parse(detected, p, ()), state or ChatState())


def test_certain_detection_of_four_words_overrules_the_chosen_language_and_offers_it() -> None:
    assert choose(FOUR, "uk", 0.995, ChatState(chosen="de")) == LanguageChoice("uk", offer="de")


@pytest.mark.parametrize(("text", "p"), [(TWO, 0.999), (FOUR, 0.98)])
def test_weaker_detection_keeps_the_chosen_language_and_is_offered(text: str, p: float) -> None:
    assert choose(text, "uk", p, ChatState(chosen="de")) == LanguageChoice("de", offer="uk")


def test_doubtful_detection_is_not_even_offered() -> None:
    assert choose(FOUR, "uk", 0.6, ChatState(chosen="de")) == LanguageChoice("de")


def test_detection_that_agrees_offers_nothing() -> None:
    assert choose(FOUR, "de", 0.999, ChatState(chosen="de")) == LanguageChoice("de")


def test_likely_detection_of_two_words_beats_session_and_app() -> None:
    assert choose(TWO, "uk", 0.92, ChatState(session_language="ar"), app="de") == LanguageChoice("uk")


def test_session_beats_the_app_for_one_word() -> None:
    assert choose(ONE, "uk", 0.95, ChatState(session_language="ar"), app="de").tag == "ar"


def test_app_language_is_taken_when_nothing_else_is_known() -> None:
    assert choose(ONE, None, 0.0, app="uk-UA") == LanguageChoice("uk")


def test_person_is_asked_when_nothing_is_known() -> None:
    assert choose(ONE, "uk", 0.1, app="es").tag is None


def test_language_that_is_not_offered_is_named() -> None:
    assert choose(TWO, "es", 0.95) == LanguageChoice(None, unsupported="es")


def test_doubtful_foreign_language_is_not_named() -> None:
    assert choose(TWO, "es", 0.7, ChatState(chosen="de")) == LanguageChoice("de")


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("أريد أن أتعلم", "ar"),
        ("می‌خواهم یاد بگیرم", "fa"),
        ("Де її квартира, якої", "uk"),
        ("Где найти квартиру", "ru"),
        ("Nasıl başvuru yapacağım, ışık", "tr"),
        ("Wo lerne ich", None),
    ],
)
def test_letters_tell_the_language_when_the_nlu_is_away(text: str, tag: str | None) -> None:
    assert guess_by_script(text).language == tag
