"""Replies as calls of the Bot API."""

import pytest

from bot.messages.conversation import Button, Part, Reply
from bot.telegram.rendering import MAX_UNITS, count_units, render_reply, split_text


def test_text_becomes_html_with_bold_and_links() -> None:
    ((method, data),) = render_reply(Reply("de", (Part("**A & B** <i> https://www.magdeburg.de/x/?a=1&b=2"),)), 5)
    assert method == "sendMessage"
    assert data["text"] == (
        '<b>A &amp; B</b> &lt;i&gt; <a href="https://www.magdeburg.de/x/?a=1&amp;b=2">magdeburg.de/x</a>'
    )
    assert (data["chat_id"], data["parse_mode"]) == (5, "HTML")


def test_arabic_isolates_german_words() -> None:
    ((_, data),) = render_reply(Reply("ar", (Part("اذهب إلى **Jobcenter** الآن"),)), 5)
    assert data["text"] == "اذهب إلى <b>\u2066Jobcenter\u2069</b> الآن"


def test_buttons_carry_action_copy_or_link() -> None:
    row = (Button("a", action="topic:x"), Button("b", copy="+49 1"), Button("c", url="https://x.de"))
    ((_, data),) = render_reply(Reply("de", (Part("t", (row,)),)), 5)
    assert data["reply_markup"]["inline_keyboard"] == [
        [
            {"text": "a", "callback_data": "topic:x"},
            {"text": "b", "copy_text": {"text": "+49 1"}},
            {"text": "c", "url": "https://x.de"},
        ]
    ]


@pytest.mark.parametrize("separator", ["\n\n", "\n", " ", ""])
@pytest.mark.parametrize("letter", ["a", "&", "😀", "ع"])
def test_long_text_is_split_without_loss_and_fits(separator: str, letter: str) -> None:
    text = separator.join([letter * 300] * 40)
    chunks = list(split_text(text, "ltr"))
    assert all(count_units(chunk) <= MAX_UNITS for chunk in chunks)
    assert "".join("".join(chunks).replace("&amp;", "&").split()) == "".join(text.split())


def test_text_that_fits_is_one_message_with_its_buttons_below_the_last() -> None:
    calls = render_reply(Reply("de", (Part("a " * 3000, ((Button("x", action="menu"),),)),)), 5)
    assert len(calls) > 1
    assert ["reply_markup" in data for _, data in calls] == [False] * (len(calls) - 1) + [True]


def test_units_are_counted_as_telegram_does() -> None:
    assert count_units("<b>😀&amp;</b>") == 3
