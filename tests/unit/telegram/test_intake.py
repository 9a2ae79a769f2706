"""What of an update is kept, and what is not."""

import json
from typing import Any

import pytest
from telegram import Update

from bot.telegram.intake import choose_fields, find_answered_item, find_chat_id, find_private_text

PERSON = {
    "id": 5,
    "is_bot": False,
    "first_name": "Olena",
    "last_name": "Secret",
    "username": "olena",
    "language_code": "uk",
}
CHAT = {"id": 5, "type": "private", "first_name": "Olena", "username": "olena"}
HEAD = {"message_id": 1, "date": 1_700_000_000, "chat": CHAT, "from": PERSON}


def keep(**message: Any) -> dict[str, Any]:
    kept = choose_fields({"update_id": 9, "message": {**HEAD, **message}})
    assert kept is not None
    return kept


def test_names_are_not_kept_and_text_is() -> None:
    kept = keep(text="Привіт")
    assert "Olena" not in json.dumps(kept)
    assert "olena" not in json.dumps(kept)
    assert find_private_text(kept) == "Привіт"
    assert find_chat_id(kept) == 5


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("photo", [{"file_id": "SECRET", "file_unique_id": "s", "width": 9, "height": 9}]),
        ("voice", {"file_id": "SECRET", "file_unique_id": "s", "duration": 9}),
        ("location", {"latitude": 52.12, "longitude": 11.62}),
        ("contact", {"phone_number": "+49170SECRET", "first_name": "SECRET"}),
        ("sticker", {"file_id": "SECRET", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1}),
        ("document", {"file_id": "SECRET", "file_unique_id": "s", "file_name": "SECRET.pdf"}),
    ],
)
def test_of_media_only_the_kind_is_kept(kind: str, content: object) -> None:
    kept = keep(**{kind: content, "caption": "SECRET"})
    dump = json.dumps(kept)
    assert "SECRET" not in dump
    assert "52.12" not in dump
    message = Update.de_json(kept, None).message
    assert message is not None
    assert getattr(message, kind)


def test_forwarded_words_are_not_kept() -> None:
    origin = {"type": "user", "date": 1, "sender_user": PERSON}
    kept = keep(text="somebody else's secret", forward_origin=origin)
    assert "secret" not in json.dumps(kept)
    message = Update.de_json(kept, None).message
    assert message is not None
    assert message.forward_origin is not None


def test_press_keeps_its_data_and_not_the_message_text() -> None:
    query = {
        "id": "1",
        "from": PERSON,
        "chat_instance": "c",
        "data": "menu",
        "message": {**HEAD, "text": "secret answer"},
    }
    kept = choose_fields({"update_id": 9, "callback_query": query})
    assert kept is not None
    assert "secret" not in json.dumps(kept)
    read = Update.de_json(kept, None).callback_query
    assert read is not None
    assert read.data == "menu"


def test_update_of_no_use_is_dropped() -> None:
    assert choose_fields({"update_id": 9, "poll": {}}) is None


def test_command_is_read_as_command() -> None:
    kept = keep(text="/help", entities=[{"type": "bot_command", "offset": 0, "length": 5}])
    message = Update.de_json(kept, None).message
    assert message is not None
    assert message.entities[0].type == "bot_command"


def test_group_text_is_no_private_text() -> None:
    assert find_private_text(keep(text="x", chat={"id": -5, "type": "group", "title": "t"})) is None


def test_of_a_volunteers_answer_only_the_number_of_its_question_is_kept() -> None:
    buttons = [[{"text": "SECRET", "callback_data": "menu"}], [{"text": "SECRET", "callback_data": "reply:7"}]]
    answer = {**HEAD, "text": "SECRET", "reply_markup": {"inline_keyboard": buttons}}
    kept = keep(text="Danke", reply_to_message=answer)
    assert "SECRET" not in json.dumps(kept)
    assert find_answered_item(Update.de_json(kept, None).message) == 7


@pytest.mark.parametrize(
    "answer",
    [
        HEAD,
        {**HEAD, "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "menu"}, {"text": "x"}]]}},
        {**HEAD, "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "reply:x"}]]}},
    ],
)
def test_reply_to_anything_else_is_a_question(answer: dict[str, Any]) -> None:
    assert find_answered_item(Update.de_json(keep(text="Danke", reply_to_message=answer), None).message) is None
