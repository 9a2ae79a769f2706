"""Texts as they come in."""

from bot.services.reading import MAX_CHARACTERS, read_message


def test_ordinary_text_stays() -> None:
    message = read_message("Wo lerne ich Deutsch?", "de")
    assert (message.text, message.client_language, message.cut) == ("Wo lerne ich Deutsch?", "de", False)


def test_control_characters_and_line_ends_become_spaces() -> None:
    assert read_message("a\x00b\u202e c\r\n\td").text == "a b c d"


def test_joiners_of_persian_and_emoji_stay() -> None:
    assert read_message("می\u200cخواهم").text == "می\u200cخواهم"


def test_long_text_is_cut_at_a_word_and_says_so() -> None:
    message = read_message("Wohnung " * 200)
    assert message.cut
    assert len(message.text) <= MAX_CHARACTERS
    assert message.text.endswith("Wohnung")


def test_long_word_is_cut_hard() -> None:
    assert len(read_message("x" * 5000).text) == MAX_CHARACTERS


def test_nothing_but_control_characters_is_empty() -> None:
    assert read_message("\u200b\u2060\x07").text == ""
