"""What stands for personal data: one stable mark in the store, the reader's own word on every screen."""

import pytest

from bot.bootstrap import build_conversation
from bot.i18n import get_strings
from bot.languages import TAGS
from bot.messages.conversation import ChatState, IncomingMessage, ReleasedQuestion, StoredData
from bot.services.answering import make_reader
from bot.services.composing import build_reply_offer, build_share_offer, build_stored_data
from bot.services.naming_marks import name_marks, split_marks, tell_marks
from bot.services.redacting import MARKS, redact
from bot.settings import Settings
from bot.states import Group
from tests.conftest import StandingClock
from tests.fakes.scripted_nlu import ScriptedNlu

WRITTEN = "Wer streicht mein Zimmer? Ruf an: [phone] oder [email]"


@pytest.mark.parametrize("tag", TAGS)
def test_every_mark_has_a_name_in_brackets_of_its_own(tag: str) -> None:
    names = name_marks(get_strings(tag))
    assert set(names) == set(MARKS)
    assert len(set(names.values())) == len(MARKS)
    assert all(name[0] == "[" and name[-1] == "]" for name in names.values())
    if tag != "en":
        assert not {"[phone number]", "[email address]", "[account number]", "[file number]"} & set(names.values())


@pytest.mark.parametrize(("tag", "phone"), [("de", "[Telefonnummer]"), ("ar", "[رقم هاتف]"), ("en", "[phone number]")])
def test_marks_are_told_in_the_language_of_the_reader(tag: str, phone: str) -> None:
    assert tell_marks("a [phone] b [phone]", get_strings(tag)) == f"a {phone} b {phone}"


@pytest.mark.parametrize("text", ["", "[x] [Phone] [ phone ] {value} [[", "[Telefonnummer]"])
def test_other_brackets_stay_as_they_were_written(text: str) -> None:
    strings = get_strings("de")
    assert tell_marks(text, strings) == text
    assert not any(is_mark for _, is_mark in split_marks(text, strings))


@pytest.mark.parametrize(("tag", "phone"), [("de", "[Telefonnummer]"), ("uk", "[номер телефону]")])
def test_asker_reads_the_marks_in_their_language_wherever_their_words_are_shown(tag: str, phone: str) -> None:
    clock = StandingClock()
    reader = make_reader(tag, Group.UNKNOWN, clock)
    content = build_conversation(Settings(_env_file=None), ScriptedNlu()).content
    released = ReleasedQuestion(1, "[phone]?", clock.today(), messages=(WRITTEN,))
    data = build_stored_data(StoredData(questions=(released,)), ChatState(question=WRITTEN), content, reader)
    shown = [build_share_offer(WRITTEN, reader).text, build_reply_offer(WRITTEN, reader).text, data.text]
    assert all(phone in text for text in shown)
    assert not any(mark in text for text in [*shown, *(row[0].label for row in data.rows)] for mark in MARKS)


async def test_what_is_stored_keeps_the_mark_that_every_language_knows() -> None:
    conversation = build_conversation(Settings(_env_file=None), ScriptedNlu())
    conversation.reviewers = True
    message = IncomingMessage("كيف يكون الطقس غدا؟ رقمي 0176 12345678")
    outcome = await conversation.reply_to_text(message, ChatState(chosen="ar"))
    assert "[رقم هاتف]" in outcome.reply.parts[-1].text
    assert outcome.state.question == "كيف يكون الطقس غدا؟ رقمي [phone]"
    assert outcome.state.question == redact(outcome.state.question)
