"""After the question: what an asker writes back, takes back or finds unhelpful, and what volunteers hear of it."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.models import Account, Chat, Counter, ReviewItem, ReviewMessage
from bot.services.editing_content import find_body
from bot.services.reviewing import ASKER, answer_in_own_words, get_open, refer_to_place
from bot.services.signing_in import connect_chat
from bot.services.storing_content import edit_entry
from bot.states import ItemKind, Resolution, ReviewStatus
from bot.telegram.running import TelegramProcess
from tests.conftest import StandingClock
from tests.e2e.conftest import VOLUNTEERS, Stage, labels, until

ANA, VOLUNTEER = 7, 70
QUESTION = "Wie wird das Wetter morgen?"
HELPLINE = "hilfetelefon-gewalt"
REPLY = "Danke! Und übermorgen? Ruf an: 0176 12345678"


pytestmark = pytest.mark.usefixtures("day")


def find_item(process: TelegramProcess, number: int | None = None) -> ReviewItem:
    with process.services.database.reading() as session:
        query = select(ReviewItem).where(ReviewItem.kind == ItemKind.QUESTION)
        return session.scalars(query.where(ReviewItem.id == number) if number else query).one()


def is_blocked(process: TelegramProcess) -> bool:
    with process.services.database.reading() as session:
        return session.scalars(select(Chat.blocked_at)).one() is not None


def read_replies(process: TelegramProcess) -> list[str]:
    """Return what askers wrote to volunteers."""
    with process.services.database.reading() as session:
        query = select(ReviewMessage.sealed_text).where(ReviewMessage.author == ASKER).order_by(ReviewMessage.id)
        return [process.services.vault.open(sealed) for sealed in session.scalars(query)]


async def release(stage: Stage, seen: int = 0, question: str = QUESTION) -> dict[str, Any]:
    """Release a question and return the bot's thanks; three messages come."""
    return (await stage.release(ANA, question, seen=seen))[-1]


def resolve(process: TelegramProcess, number: int, text: str = "Morgen scheint die Sonne.") -> None:
    """Answer a question in own words, as Ana."""
    services = process.services
    with services.database.writing() as session:
        item = get_open(session, number)
        answer_in_own_words(
            session, item, text, services.conversation.content, "Ana", services.vault, services.clock.now()
        )


async def answer(stage: Stage, process: TelegramProcess) -> tuple[int, dict[str, Any]]:
    """Release a question and answer it; return its number and the answer as the asker has it, the fourth message."""
    await release(stage)
    number = find_item(process).id
    resolve(process, number)
    return number, (await stage.replies(ANA, 4))[-1]


async def test_button_takes_the_next_text_to_the_volunteer_redacted_and_with_leave(stage: Stage) -> None:
    async with stage.bot() as process:
        number, told = await answer(stage, process)
        stage.api.press(ANA, told["message_id"], f"reply:{number}")
        await stage.replies(ANA, 5)
        stage.api.send_text(ANA, REPLY, language_code="de")
        offer = (await stage.replies(ANA, 6))[-1]
        assert "[Telefonnummer]" in offer["text"]
        assert "12345678" not in offer["text"]
        assert read_replies(process) == []  # nobody sees it before the person says yes
        stage.api.press(ANA, offer["message_id"], "tell:yes")
        thanks = (await stage.replies(ANA, 7))[-1]
        assert read_replies(process) == ["Danke! Und übermorgen? Ruf an: [phone]"]
        item = find_item(process, number)
        assert (item.status, item.claimed_by) == (ReviewStatus.PENDING, "Ana")
        stage.api.send_text(ANA, "Wo kann ich Deutsch lernen?", language_code="de")
        assert "Volkshochschule" in str((await stage.replies(ANA, 9))[7:])  # the next text is a question again
    assert "8 und 20" in thanks["text"]


async def test_telegram_reply_to_an_answer_goes_to_its_own_question(stage: Stage) -> None:
    async with stage.bot() as process:
        number, told = await answer(stage, process)
        await release(stage, 4, "Wer streicht mein Zimmer?")
        resolve(process, number + 1)
        await stage.replies(ANA, 8)
        stage.api.send_text(ANA, "Danke!", language_code="de", reply_to_message=told)
        stage.api.press(ANA, (await stage.replies(ANA, 9))[-1]["message_id"], "tell:yes")
        await stage.replies(ANA, 10)
        assert find_item(process, number).status is ReviewStatus.PENDING
        assert find_item(process, number + 1).status is ReviewStatus.RESOLVED


async def test_reply_in_two_messages_is_put_together(stage: Stage) -> None:
    async with stage.bot() as process:
        number, told = await answer(stage, process)
        stage.api.press(ANA, told["message_id"], f"reply:{number}")
        for count, text in ((6, "Danke!"), (7, "Und übermorgen?")):
            await stage.replies(ANA, count - 1)
            stage.api.send_text(ANA, text, language_code="de")
        stage.api.press(ANA, (await stage.replies(ANA, 7))[-1]["message_id"], "tell:yes")
        await stage.replies(ANA, 8)
        assert read_replies(process) == ["Danke!\nUnd übermorgen?"]


async def test_reply_that_is_not_released_goes_nowhere(stage: Stage) -> None:
    async with stage.bot() as process:
        number, told = await answer(stage, process)
        stage.api.send_text(ANA, REPLY, language_code="de", reply_to_message=told)
        offer = (await stage.replies(ANA, 5))[-1]
        stage.api.press(ANA, offer["message_id"], "tell:no")
        await stage.replies(ANA, 6)
        stage.api.press(ANA, offer["message_id"], "tell:yes")  # too late
        unseen = (await stage.replies(ANA, 7))[-1]
        assert read_replies(process) == []
        assert find_item(process, number).status is ReviewStatus.RESOLVED
    assert "niemand sieht" in unseen["text"]


async def test_danger_in_a_reply_is_answered_before_anything_else(stage: Stage) -> None:
    async with stage.bot() as process:
        number, told = await answer(stage, process)
        stage.api.press(ANA, told["message_id"], f"reply:{number}")
        await stage.replies(ANA, 5)
        stage.api.send_text(ANA, "Ich will mich umbringen", language_code="de")
        assert "112" in (await stage.replies(ANA, 6))[-1]["text"]
        assert read_replies(process) == []


async def test_answer_near_violence_comes_when_the_person_asks_for_it(stage: Stage) -> None:
    with stage.services() as services, services.database.writing() as session:
        shelter = find_body(session, "places.yml", HELPLINE)
        assert shelter is not None
        edit_entry(session, "places.yml", HELPLINE, {**shelter, "address_secret": True}, services.clock.now())
    async with stage.bot() as process:
        await release(stage)
        services, number = process.services, find_item(process).id
        with services.database.writing() as session:
            item, content = get_open(session, number), services.conversation.content
            refer_to_place(session, item, HELPLINE, content, "Ana", services.vault, services.clock.now())
        veil = (await stage.replies(ANA, 4))[-1]
        assert "116016" not in str(veil)
        assert labels(veil) == ["👁 Die Nachricht zeigen"]
        stage.api.press(ANA, veil["message_id"], f"show:{number}")
        shown = (await stage.replies(ANA, 5))[-1]
    assert QUESTION in shown["text"]
    assert "116016" in shown["text"]


async def test_reply_to_somebody_elses_question_is_refused(stage: Stage) -> None:
    async with stage.bot() as process:
        number, told = await answer(stage, process)
        stage.api.send_text(8, "Und ich?", language_code="de", reply_to_message=told)
        offer = (await stage.replies(8, 1))[-1]
        stage.api.press(8, offer["message_id"], "tell:yes")
        gone = (await stage.replies(8, 2))[-1]
        assert read_replies(process) == []
        assert find_item(process, number).status is ReviewStatus.RESOLVED
    assert "nicht mehr" in gone["text"]


async def test_question_is_taken_back_right_after_it_was_released(stage: Stage) -> None:
    async with stage.bot() as process:
        thanks = await release(stage)
        number = find_item(process).id
        stage.api.press(ANA, thanks["message_id"], f"withdraw:{number}")
        done = (await stage.replies(ANA, 4))[-1]
        item = find_item(process)
        assert (item.resolution, process.telling.tell_all()) == (Resolution.WITHDRAWN, 0)
        stage.api.press(ANA, thanks["message_id"], f"withdraw:{number}")
        gone = (await stage.replies(ANA, 5))[-1]
    assert "Erledigt" in done["text"]
    assert "nicht mehr vor" in gone["text"]


async def test_mydata_takes_back_one_question_and_leaves_the_other(stage: Stage) -> None:
    async with stage.bot() as process:
        await release(stage)
        first = find_item(process).id
        await release(stage, 3, "Wer streicht mein Zimmer?")
        stage.api.send_text(ANA, "/mydata", language_code="de")
        data = (await stage.replies(ANA, 7))[-1]
        assert [label for label in labels(data) if "Zurücknehmen" in label] == [
            "↩️ Zurücknehmen: «Wie wird das Wetter morgen?»",
            "↩️ Zurücknehmen: «Wer streicht mein Zimmer?»",
        ]
        stage.api.press(ANA, data["message_id"], f"withdraw:{first}")
        await stage.replies(ANA, 8)
        stage.api.send_text(ANA, "/mydata", language_code="de")
        later = (await stage.replies(ANA, 9))[-1]
        assert find_item(process, first + 1).status is ReviewStatus.PENDING
    assert QUESTION not in later["text"]
    assert "Wer streicht mein Zimmer?" in later["text"]


async def test_nobody_takes_back_the_question_of_another_person(stage: Stage) -> None:
    async with stage.bot() as process:
        await release(stage)
        number = find_item(process).id
        update = {"id": "1", "from": {"id": 8, "is_bot": False, "first_name": "X", "language_code": "de"}}
        chat = {"id": 8, "type": "private", "first_name": "X"}
        stage.api.send_text(8, "/help", language_code="de")
        menu = (await stage.replies(8, 2))[-1]
        message = {"message_id": menu["message_id"], "date": 1, "chat": chat}
        stage.api.push(
            {"callback_query": {**update, "message": message, "chat_instance": "-", "data": f"withdraw:{number}"}}
        )
        gone = (await stage.replies(8, 3))[-1]
        assert find_item(process).status is ReviewStatus.PENDING
    assert "nicht mehr vor" in gone["text"]


@pytest.mark.parametrize(
    "action",
    ["withdraw:new", "withdraw:" + "9" * 40, "reply:-1", "reply:" + "9" * 40, "tell:yes", "show:" + "9" * 40, "show:1"],
)
async def test_forged_button_changes_nothing(stage: Stage, action: str) -> None:
    async with stage.bot() as process:
        thanks = await release(stage)
        person = {"id": ANA, "is_bot": False, "first_name": "X", "language_code": "de"}
        query = {"id": "1", "from": person, "message": thanks, "chat_instance": "-", "data": action}
        stage.api.push({"callback_query": query})
        await stage.replies(ANA, 4)
        assert find_item(process).status is ReviewStatus.PENDING


async def test_unhelpful_answers_make_one_item_that_counts(stage: Stage) -> None:
    async with stage.bot() as process:
        stage.api.send_text(ANA, "Wo kann ich Deutsch lernen?", language_code="de")
        *_, places = await stage.replies(ANA, 2)
        for count in (3, 4):
            stage.api.press(ANA, places["message_id"], "bad:german_courses")
            await stage.replies(ANA, count)
        with process.services.database.reading() as session:
            item = session.scalars(select(ReviewItem)).one()
            counter = session.scalars(select(Counter).where(Counter.what == "unhelpful")).one()
        assert (item.kind, item.nearest_topics, item.language, item.count) == (
            ItemKind.UNHELPFUL,
            ["german_courses"],
            "de",
            2,
        )
        assert (item.chat_key, counter.count) == ("", 2)
        assert process.telling.tell_all() == 0


async def test_asker_who_blocked_the_bot_is_noted_and_not_written_to(stage: Stage) -> None:
    async with stage.bot() as process:
        await release(stage)
        stage.api.block(ANA)
        number = find_item(process).id
        await until(lambda: is_blocked(process))
        resolve(process, number)
        await until(lambda: find_item(process).told_at is not None)
        stage.api.unblock(ANA)
        stage.api.send_text(ANA, "/help", language_code="de")
        replies = await stage.replies(ANA, 5)
        assert not is_blocked(process)  # here again
        assert find_item(process, number).status is ReviewStatus.RESOLVED
    assert "Sonne" not in str(replies)


async def test_group_hears_of_new_questions_once_an_hour_by_day_without_their_text(
    stage: Stage, day: StandingClock
) -> None:
    stage.api.add_to_group(VOLUNTEERS, user_id=VOLUNTEER)
    async with stage.bot() as process:
        await release(stage)
        assert process.announcing.announce()
        process.outbox.wake()
        (told,) = await stage.replies(VOLUNTEERS, 1)
        day.move(minutes=10)
        await release(stage, 3, "Wer streicht mein Zimmer?")
        assert not process.announcing.announce()  # within the hour
        day.move(hours=12)
        assert not process.announcing.announce()  # by night
        day.move(hours=12)
        assert process.announcing.announce()
        assert not process.announcing.announce()
        process.outbox.wake()
        _, later = await stage.replies(VOLUNTEERS, 2)
    assert QUESTION not in told["text"]
    assert "Deutsch 1" in told["text"]
    assert stage.settings.desk_address in told["text"]
    assert "Deutsch 1" in later["text"]


async def test_volunteer_hears_of_a_reply_in_their_own_chat_without_its_text(stage: Stage, day: StandingClock) -> None:
    stage.api.send_text(VOLUNTEER, "/help", language_code="de")
    async with stage.bot() as process:
        with process.services.database.writing() as session:
            connect_chat(session, session.scalars(select(Account)).one(), VOLUNTEER, process.services.vault)
        await stage.replies(VOLUNTEER, 2)
        number, told = await answer(stage, process)
        day.move(hours=12)
        stage.api.send_text(ANA, REPLY, language_code="de", reply_to_message=told)
        stage.api.press(ANA, (await stage.replies(ANA, 5))[-1]["message_id"], "tell:yes")
        await stage.replies(ANA, 6)
        assert not process.announcing.announce()  # by night
        day.move(hours=12)
        assert process.announcing.announce()
        assert not process.announcing.announce()
        process.outbox.wake()
        heard = (await stage.replies(VOLUNTEER, 3))[-1]
    assert f"/review/{number}" in heard["text"]
    assert "übermorgen" not in heard["text"]
