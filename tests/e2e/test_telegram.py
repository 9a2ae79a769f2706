"""What a person sees on Telegram: the whole process, a strict Bot API, SQLite and PostgreSQL."""

import asyncio
import logging
from typing import Any

import pytest

from bot.languages import LANGUAGES
from bot.models import Chat, ChatSession, Counter, InboxRow, OutboxRow, ReviewItem
from bot.states import JobState
from tests.e2e.conftest import VOLUNTEERS, Stage, labels

ANA = 7


def texts(messages: list[dict[str, Any]]) -> str:
    return "\n".join(message["text"] for message in messages)


async def test_question_in_ukrainian_gets_a_dated_sourced_ukrainian_answer(stage: Stage) -> None:
    async with stage.bot():
        stage.api.send_text(ANA, "Де можна вивчити німецьку?", language_code="uk")
        replies = await stage.replies(ANA, 2)
    said = texts(replies)
    assert "Volkshochschule" in said
    assert "Одне з джерел" in said
    assert any("німецьк" in message["text"].lower() for message in replies)


async def test_arabic_answer_isolates_latin_runs(stage: Stage) -> None:
    async with stage.bot():
        stage.api.send_text(ANA, "أين أجد طبيبا يتكلم العربية؟", language_code="ar")
        replies = await stage.replies(ANA, 2)
    assert "\u2066" in texts(replies)
    assert texts(replies).count("\u2066") == texts(replies).count("\u2069")


async def test_places_have_copy_buttons_and_a_map(stage: Stage) -> None:
    async with stage.bot():
        stage.api.send_text(ANA, "Wo kann ich Deutsch lernen?", language_code="de")
        replies = await stage.replies(ANA, 2)
    buttons = [button for row in replies[-1]["reply_markup"]["inline_keyboard"] for button in row]
    assert any("copy_text" in button for button in buttons)
    assert any(button.get("url", "").startswith("https://www.openstreetmap.org/") for button in buttons)


async def test_start_shows_who_runs_the_bot_and_the_picker(stage: Stage) -> None:
    async with stage.bot():
        stage.api.send_text(ANA, "/start", language_code="de")
        welcome, picker = await stage.replies(ANA, 2)
    assert "Versuch" in welcome["text"]
    assert [label.split("· ")[1] for label in labels(picker)] == [language.name for language in LANGUAGES]


async def test_person_without_known_language_is_asked(stage: Stage) -> None:
    async with stage.bot():
        stage.api.send_text(ANA, "/help", language_code="es")
        (picker,) = await stage.replies(ANA, 1)
    assert len(labels(picker)) == len(LANGUAGES)


async def test_chosen_language_lasts_and_menu_leads_to_an_answer(stage: Stage) -> None:
    async with stage.bot():
        stage.api.send_text(ANA, "/language", language_code="de")
        (picker,) = await stage.replies(ANA, 1)
        stage.api.press(ANA, picker["message_id"], "lang:uk")
        *_, menu = await stage.replies(ANA, 3)
        stage.api.press(ANA, menu["message_id"], "field:housing")
        *_, field = await stage.replies(ANA, 4)
        stage.api.press(ANA, field["message_id"], "topic:find_flat")
        replies = await stage.replies(ANA, 6)
        await stage.call("answerCallbackQuery", 3)
    assert "Одне з джерел" in texts(replies)


async def test_answer_asks_for_the_paper_and_shows_what_holds_for_it(stage: Stage) -> None:
    async with stage.bot() as process:
        stage.api.send_text(ANA, "Wo kann ich Deutsch lernen?", language_code="de")
        prose, *_ = await stage.replies(ANA, 2)
        stage.api.press(ANA, prose["message_id"], "papers:german_courses")
        *_, papers = await stage.replies(ANA, 3)
        stage.api.press(ANA, papers["message_id"], "group:german_courses:tolerated")
        replies = await stage.replies(ANA, 5)
        with process.services.database.reading() as session:
            assert session.query(ChatSession).one().residence_group == "tolerated"
    assert "Erstorientierungskurs" in texts(replies[3:])


async def test_paper_named_in_the_question_chooses_the_variant(stage: Stage) -> None:
    async with stage.bot():
        stage.api.send_text(ANA, "Ich habe eine Duldung und suche einen Deutschkurs", language_code="de")
        replies = await stage.replies(ANA, 2)
    assert "Duldung" in texts(replies)
    assert "Erstorientierungskurs" in texts(replies)


async def test_suggestions_and_none_of_these_never_come_again(stage: Stage) -> None:
    async with stage.bot():
        stage.api.send_text(ANA, "Hilfe bei Wohnung oder Arzt", language_code="de")
        (suggestions,) = await stage.replies(ANA, 1)
        stage.api.press(ANA, suggestions["message_id"], "none")
        _, way_out = await stage.replies(ANA, 2)
        stage.api.send_text(ANA, "Hilfe bei Wohnung oder Arzt", language_code="de")
        again = (await stage.replies(ANA, 3))[2:]
    assert len(labels(suggestions)) == 4
    assert len(labels(way_out)) == 2
    assert not {"topic:find_flat", "topic:find_doctor"} & {
        button.get("callback_data") for row in again[0]["reply_markup"]["inline_keyboard"] for button in row
    }


async def test_unknown_question_is_not_offered_to_volunteers_when_there_are_none(stage: Stage) -> None:
    async with stage.bot():
        stage.api.send_text(ANA, "Wie wird das Wetter morgen?", language_code="de")
        (reply,) = await stage.replies(ANA, 1)
        stage.api.send_text(ANA, "/help", language_code="de")
        replies = await stage.replies(ANA, 3)
    assert "weiß ich leider nicht" in reply["text"]
    assert not any("share:yes" in str(message) for message in replies)


async def test_released_question_is_redacted_and_goes_to_the_volunteers(stage: Stage) -> None:
    stage.register_reviewer()
    async with stage.bot() as process:
        stage.api.send_text(ANA, "Wer streicht mein Zimmer? Ruf an: 0176 12345678", language_code="de")
        *_, offer = await stage.replies(ANA, 2)
        assert "[Telefonnummer]" in offer["text"]
        assert "12345678" not in offer["text"]
        stage.api.press(ANA, offer["message_id"], "share:yes")
        await stage.replies(ANA, 3)
        with process.services.database.reading() as session:
            item = session.query(ReviewItem).one()
            question = process.services.vault.open(item.sealed_question)
    assert question == "Wer streicht mein Zimmer? Ruf an: [phone]"


async def test_question_that_was_not_released_goes_to_nobody(stage: Stage) -> None:
    stage.register_reviewer()
    async with stage.bot() as process:
        stage.api.send_text(ANA, "Wie wird das Wetter morgen?", language_code="de")
        *_, offer = await stage.replies(ANA, 2)
        stage.api.press(ANA, offer["message_id"], "share:no")
        await stage.replies(ANA, 3)
        with process.services.database.reading() as session:
            assert session.query(ReviewItem).count() == 0


async def test_delete_leaves_nothing_of_the_person(stage: Stage) -> None:
    async with stage.bot() as process:
        stage.api.send_text(ANA, "Wo kann ich Deutsch lernen?", language_code="de")
        await stage.replies(ANA, 2)
        stage.api.send_text(ANA, "/delete", language_code="de")
        *_, question = await stage.replies(ANA, 3)
        stage.api.press(ANA, question["message_id"], "delete:yes")
        *_, done = await stage.replies(ANA, 4)
        await asyncio.to_thread(
            stage.api.wait_for, lambda: process.services.outbox.count(JobState.PENDING) == 0, 5, "sent"
        )
        with process.services.database.reading() as session:
            for model in (Chat, ChatSession, OutboxRow, ReviewItem):
                assert session.query(model).count() == 0, model
            assert {(row.lane, row.body) for row in session.query(InboxRow)} == {("", None)}
    assert "gelöscht" in done["text"]


@pytest.mark.parametrize("kind", ["voice", "photo", "sticker", "location", "forwarded", "document"])
async def test_what_the_bot_cannot_read_gets_a_kind_answer(stage: Stage, kind: str) -> None:
    send = {
        "voice": lambda: stage.api.send_voice(ANA),
        "photo": lambda: stage.api.send_photo(ANA),
        "sticker": lambda: stage.api.send_sticker(ANA),
        "location": lambda: stage.api.send_location(ANA, 52.12, 11.62),
        "document": lambda: stage.api.send_document(ANA),
        "forwarded": lambda: stage.api.forward_text(ANA, "Ich will mich umbringen"),
    }
    async with stage.bot():
        send[kind]()
        replies = await stage.replies(ANA, 2 if kind in {"photo", "document"} else 1)
    assert replies[0]["text"]
    if kind in {"photo", "document"}:
        assert "+49" in texts(replies)


async def test_over_long_message_is_read_to_its_limit_and_says_so(stage: Stage) -> None:
    async with stage.bot():
        stage.api.send_text(ANA, "Wohnung " * 500, language_code="de")
        notice, *_ = await stage.replies(ANA, 2)
    assert "Anfang" in notice["text"]
    assert all(len(text) <= 500 for text in stage.nlu.texts)


async def test_language_that_is_not_offered_gets_one_line_in_it_and_the_picker(stage: Stage) -> None:
    async with stage.bot():
        stage.api.send_text(ANA, "Hola, busco un piso", language_code="es")
        (reply,) = await stage.replies(ANA, 1)
    assert "español" in reply["text"]
    assert len(labels(reply)) == len(LANGUAGES)


async def test_nlu_away_is_told_and_titles_are_searched(stage: Stage) -> None:
    stage.nlu.away = True
    async with stage.bot():
        stage.api.send_text(ANA, "Deutschkurs bitte", language_code="de")
        notice, *rest = await stage.replies(ANA, 3)
    assert "weniger" in notice["text"]
    assert "Deutsch lernen" in texts(rest)


async def test_group_is_left_and_the_volunteers_group_is_not(stage: Stage) -> None:
    async with stage.bot():
        stage.api.add_to_group(-55, user_id=ANA)
        (left,) = await stage.call("leaveChat")
        stage.api.add_to_group(VOLUNTEERS, user_id=ANA)
        stage.api.send_text(ANA, "/help", language_code="de")
        await stage.replies(ANA, 2)
    assert left.chat_id == -55
    assert len(stage.api.calls("leaveChat")) == 1


async def test_crisis_is_answered_before_anything_else(stage: Stage) -> None:
    stage.nlu.away = True
    async with stage.bot() as process:
        stage.api.send_text(ANA, "Ich will mich umbringen", language_code="de")
        (reply,) = await stage.replies(ANA, 1)
        await asyncio.to_thread(stage.api.wait_for, lambda: process.services.inbox.count(JobState.DONE) == 1, 5, "done")
        with process.services.database.reading() as session:
            assert [(row.what, row.topic) for row in session.query(Counter)] == [("crisis", "crisis")]
        assert process.services.outbox.count(JobState.PENDING) == 0
    assert "112" in reply["text"]
    assert stage.nlu.texts == []


async def test_update_that_comes_twice_is_answered_once(stage: Stage) -> None:
    async with stage.bot() as process:
        update = stage.api.send_text(ANA, "Wo kann ich Deutsch lernen?", language_code="de")
        await stage.replies(ANA, 2)
        kept = {"update_id": update["update_id"], "message": update["message"]}
        await process.receiver.take([kept], asyncio.Event())
        stage.api.send_text(ANA, "/help", language_code="de")
        replies = await stage.replies(ANA, 4)
    assert len(replies) == 4


async def test_flood_limit_is_obeyed_and_the_order_kept(stage: Stage) -> None:
    async with stage.bot():
        stage.api.fail_next("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)
        stage.api.send_text(ANA, "Wo kann ich Deutsch lernen?", language_code="de")
        stage.api.send_text(ANA, "/privacy", language_code="de")
        replies = await stage.replies(ANA, 3)
    assert "Deutsch lernen" in replies[0]["text"]
    assert "/delete" in replies[2]["text"]


async def test_person_who_blocked_the_bot_is_noted_and_not_tried_again(stage: Stage) -> None:
    async with stage.bot() as process:
        stage.api.send_text(ANA, "/help", language_code="de")
        await stage.replies(ANA, 2)
        stage.api.fail_next("sendMessage", 403, "Forbidden: bot was blocked by the user")
        stage.api.send_text(ANA, "Wo kann ich Deutsch lernen?", language_code="de")
        await stage.call("sendMessage", 3)
        await asyncio.to_thread(
            stage.api.wait_for, lambda: process.services.outbox.count(JobState.PENDING) == 0, 5, "dropped"
        )
        with process.services.database.reading() as session:
            assert session.query(Chat).one().blocked_at is not None


async def test_unsent_reply_goes_out_after_a_restart(stage: Stage) -> None:
    async with stage.bot():
        stage.api.fail_next("sendMessage", 502, "Bad Gateway", times=1)
        stage.api.send_text(ANA, "/privacy", language_code="de")
        await stage.call("sendMessage", 1)
    async with stage.bot():
        replies = await stage.replies(ANA, 1)
    assert len(replies) == 1


async def test_profile_is_set_once_and_not_again(stage: Stage) -> None:
    async with stage.bot():
        profiles = 1 + len(LANGUAGES)
        await stage.call("setMyShortDescription", profiles)
        assert len(await stage.call("setMyCommands", profiles)) == profiles
    async with stage.bot():
        stage.api.send_text(ANA, "/help", language_code="de")
        await stage.replies(ANA, 2)
        await stage.call("getMyShortDescription", 2 * profiles)
    assert len(stage.api.calls("setMyCommands")) == profiles


async def test_log_holds_neither_token_nor_text_nor_chat(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    async with stage.bot():
        stage.api.send_text(987654, "Mein Geheimnis 4711", language_code="de")
        stage.api.fail_next("sendMessage", 400, "Bad Request: something")
        await stage.call("sendMessage", 1)
    assert stage.api.token not in caplog.text
    assert "Geheimnis" not in caplog.text
    assert "987654" not in caplog.text
