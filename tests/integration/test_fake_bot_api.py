"""The fake Bot API refuses what Telegram refuses and accepts what it accepts."""

import asyncio
import contextlib
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    CopyTextButton,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyParameters,
    Update,
)
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)
from telegram.request import HTTPXRequest

from tests.fakes.bot_api import BotApi, running_bot_api
from tests.fakes.html_entities import parse_html

CHAT = 7
GROUP = -1_001_234_567_890
ROOT = Path(__file__).parents[2]
BUTTONS = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("Yes", callback_data="yes"),
            InlineKeyboardButton("No", callback_data="no"),
        ]
    ]
)


class Clock:
    """A clock that only a test moves."""

    def __init__(self) -> None:
        """Start at some time."""
        self.time = 1_800_000_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.time


@pytest.fixture(autouse=True)
def _retry_after_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without this every RetryAfter of python-telegram-bot warns, and warnings are errors here.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still."""
    return Clock()


@pytest.fixture
def api(clock: Clock) -> Iterator[BotApi]:
    """Return a server to which one user has written."""
    with running_bot_api(clock=clock) as server:
        server.send_text(CHAT, "hello", language_code="uk", first_name="Oksana")
        yield server


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    """Return the real client of python-telegram-bot."""
    async with Bot(api.token, base_url=f"{api.url}/bot") as client:
        yield client


@pytest.fixture
async def http(api: BotApi) -> AsyncIterator[httpx.AsyncClient]:
    """Return a bare client below /bot<token>/."""
    async with httpx.AsyncClient(base_url=f"{api.url}/bot{api.token}/") as client:
        yield client


async def refusal(http: httpx.AsyncClient, method: str, **params: Any) -> tuple[int, str]:
    """Return status and description of a call that is refused."""
    response = await http.post(method, json=params)
    body = response.json()
    assert body["ok"] is False
    assert body["error_code"] == response.status_code
    return response.status_code, body["description"]


async def accepted(http: httpx.AsyncClient, method: str, **params: Any) -> Any:
    """Return the result of a call that is carried out."""
    response = await http.post(method, json=params)
    assert response.status_code == 200, response.text
    return response.json()["result"]


# Addresses and parameters


async def test_unknown_token_is_unauthorized(api: BotApi) -> None:
    async with httpx.AsyncClient() as client:
        response = await client.get(f"{api.url}/bot123456:OTHER/getMe")
    assert response.status_code == 401
    assert response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    with pytest.raises(InvalidToken):
        async with Bot("123456:OTHER", base_url=f"{api.url}/bot"):
            pass


@pytest.mark.parametrize("path", ["/botnonsense/getMe", "/bot123456:TEST", "/", "/nothing/here"])
async def test_malformed_path_is_not_found(api: BotApi, path: str) -> None:
    async with httpx.AsyncClient() as client:
        response = await client.get(api.url + path)
    assert response.status_code == 404
    assert response.json() == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_unknown_method_is_not_found(http: httpx.AsyncClient) -> None:
    assert await refusal(http, "sendNothing") == (404, "Not Found: method not found")


async def test_get_me_in_every_case_of_letters(bot: Bot, http: httpx.AsyncClient) -> None:
    me = await bot.get_me()
    assert (me.id, me.is_bot) == (123456, True)
    assert (await accepted(http, "GETME"))["id"] == 123456


async def test_parameters_come_as_query_form_multipart_or_json(api: BotApi, http: httpx.AsyncClient) -> None:
    params = {"chat_id": str(CHAT), "text": "a & b"}
    responses = [
        await http.get("sendMessage", params=params),
        await http.post("sendMessage", data=params),
        await http.post("sendMessage", files={key: (None, text) for key, text in params.items()}),
        await http.post("sendMessage", json=params),
    ]
    assert [response.status_code for response in responses] == [200] * 4
    assert [message["text"] for message in api.bot_messages(CHAT)] == ["a & b"] * 4
    assert [call.params for call in api.calls()] == [{"chat_id": CHAT, "text": "a & b"}] * 4


async def test_unreadable_parameters_are_refused(http: httpx.AsyncClient) -> None:
    response = await http.post("sendMessage", content=b"[1", headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert await refusal(http, "sendMessage", text="x") == (400, "Bad Request: chat_id is empty")
    status, description = await refusal(http, "deleteMessage", chat_id=CHAT, message_id="one")
    assert (status, description) == (400, "Bad Request: parameter message_id must be an integer")
    status, _ = await refusal(http, "sendMessage", chat_id=CHAT, text="x", reply_markup="{")
    assert status == 400
    status, _ = await refusal(http, "sendMessage", chat_id=CHAT, text="x", protect_content="maybe")
    assert status == 400


# getUpdates


async def test_updates_stay_until_a_greater_offset_comes(api: BotApi, bot: Bot) -> None:
    api.send_text(CHAT, "two")
    first = await bot.get_updates()
    assert [update.update_id for update in first] == [1, 2]
    assert await bot.get_updates() == first
    assert await bot.get_updates(offset=1) == first
    assert [update.update_id for update in await bot.get_updates(offset=2)] == [2]
    assert [update.update_id for update in await bot.get_updates()] == [2]
    assert await bot.get_updates(offset=3) == ()
    assert api.pending_updates() == []


async def test_negative_offset_counts_from_the_end(api: BotApi, bot: Bot) -> None:
    for number in range(4):
        api.send_text(CHAT, str(number))
    assert [update.update_id for update in await bot.get_updates(offset=-2)] == [4, 5]
    assert [update["update_id"] for update in api.pending_updates()] == [4, 5]


async def test_limit_is_between_1_and_100(api: BotApi, bot: Bot, http: httpx.AsyncClient) -> None:
    for number in range(120):
        api.send_text(CHAT, str(number))
    assert len(await bot.get_updates(limit=3)) == 3
    assert len(await bot.get_updates()) == 100
    assert len(await accepted(http, "getUpdates", limit=500)) == 100
    assert len(await accepted(http, "getUpdates", limit=0)) == 1


async def test_update_ids_count_from_a_settable_number() -> None:
    with running_bot_api(first_update_id=500) as api:
        assert api.send_text(CHAT, "a")["update_id"] == 500
        assert api.send_text(CHAT, "b", message_id=40)["update_id"] == 501
        api.set_next_update_id(9000)
        assert api.send_text(CHAT, "c")["update_id"] == 9000
        assert api.send_text(CHAT, "d", update_id=9100)["update_id"] == 9100
        assert api.send_text(CHAT, "e")["update_id"] == 9101
        assert [message["message_id"] for message in api.messages(CHAT)] == [1, 40, 41, 42, 43]
        with pytest.raises(ValueError, match="already waiting"):
            api.push({"update_id": 9100, "poll": {}})
        with pytest.raises(ValueError, match="exists already"):
            api.send_text(CHAT, "f", message_id=40)


async def test_long_poll_wakes_when_an_update_comes(api: BotApi, bot: Bot) -> None:
    await bot.get_updates(offset=2)
    poll = asyncio.create_task(bot.get_updates(offset=2, timeout=30))
    await asyncio.to_thread(api.wait_until_polling)
    assert not poll.done()
    api.send_text(CHAT, "now")
    updates = await asyncio.wait_for(poll, 5)
    assert [update.message.text for update in updates if update.message] == ["now"]
    assert not api.world.updates.poll


async def test_long_poll_ends_empty_when_its_time_is_over(http: httpx.AsyncClient) -> None:
    assert await accepted(http, "getUpdates", offset=2, timeout=1) == []


async def test_allowed_updates_filter_what_comes_after(api: BotApi, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["message"])
    message = api.bot_messages(CHAT) or api.messages(CHAT)
    api.edit_text(CHAT, message[0]["message_id"], "edited")
    api.send_text(CHAT, "kept")
    assert [update.update_id for update in await bot.get_updates()] == [1, 3]
    # Without the parameter the setting stays, an empty list resets it.
    api.edit_text(CHAT, message[0]["message_id"], "edited again")
    assert [update.update_id for update in await bot.get_updates(allowed_updates=[])] == [1, 3]
    api.edit_text(CHAT, message[0]["message_id"], "edited at last")
    api.push({"message_reaction": {"chat": {"id": CHAT, "type": "private"}}})
    assert [update["update_id"] for update in api.pending_updates()] == [1, 3, 5]


async def test_allowed_updates_must_be_a_list(http: httpx.AsyncClient) -> None:
    status, _ = await refusal(http, "getUpdates", allowed_updates="message")
    assert status == 400


async def test_second_get_updates_ends_the_first(api: BotApi, bot: Bot) -> None:
    await bot.get_updates(offset=2)
    first = asyncio.create_task(bot.get_updates(offset=2, timeout=30))
    await asyncio.to_thread(api.wait_until_polling)
    async with Bot(api.token, base_url=f"{api.url}/bot") as other:
        second = asyncio.create_task(other.get_updates(offset=2, timeout=30))
        with pytest.raises(Conflict, match=r"terminated by other getUpdates request; make sure"):
            await asyncio.wait_for(first, 5)
        api.send_text(CHAT, "for the second")
        assert len(await asyncio.wait_for(second, 5)) == 1


async def test_get_updates_is_refused_while_a_webhook_is_set(api: BotApi, bot: Bot) -> None:
    await bot.get_updates(offset=2)
    poll = asyncio.create_task(bot.get_updates(offset=2, timeout=30))
    await asyncio.to_thread(api.wait_until_polling)
    async with Bot(api.token, base_url=f"{api.url}/bot") as other:
        await other.set_webhook("https://example.org/hook", allowed_updates=["message"])
        with pytest.raises(Conflict, match=r"terminated by setWebhook request"):
            await asyncio.wait_for(poll, 5)
    with pytest.raises(Conflict, match="while webhook is active"):
        await bot.get_updates()
    api.send_text(CHAT, "waiting")
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == ("https://example.org/hook", 1)
    assert info.allowed_updates == ("message",)
    await bot.delete_webhook()
    assert len(await bot.get_updates()) == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


async def test_webhook_needs_https(bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)HTTPS URL must be provided"):
        await bot.set_webhook("http://example.org")


async def test_updates_wait_while_the_bot_is_dead(api: BotApi) -> None:
    async with httpx.AsyncClient(base_url=f"{api.url}/bot{api.token}/") as first:
        await first.get("getUpdates?offset=2")
        poll = asyncio.create_task(first.get("getUpdates?offset=2&timeout=30"))
        await asyncio.to_thread(api.wait_until_polling)
        poll.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await poll
    # The server sees that the client has gone, so nothing ends with a conflict.
    await asyncio.to_thread(api.wait_for, lambda: api.world.updates.poll is None, 5, "the end of the poll")
    api.send_text(CHAT, "while dead")
    async with Bot(api.token, base_url=f"{api.url}/bot") as second:
        assert [update.update_id for update in await second.get_updates(offset=2)] == [2]
    assert 409 not in [call.status for call in api.calls()]


# sendMessage


async def test_message_comes_back_as_python_telegram_bot_reads_it(api: BotApi, bot: Bot) -> None:
    sent = await bot.send_message(
        CHAT,
        " Guten <b>Tag</b> 😀 <i>x</i> ",
        parse_mode="HTML",
        reply_markup=BUTTONS,
        protect_content=True,
        disable_notification=True,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_parameters=ReplyParameters(1),
        api_kwargs={"some_new_parameter": "tolerated"},
    )
    assert (sent.message_id, sent.text, sent.chat.id) == (2, "Guten Tag 😀 x", CHAT)
    assert sent.from_user is not None
    assert sent.from_user.id == 123456
    assert sent.reply_markup == BUTTONS
    assert sent.has_protected_content
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "hello"
    assert [(entity.type, entity.offset, entity.length) for entity in sent.entities] == [
        ("bold", 6, 3),
        ("italic", 13, 1),
    ]
    (call,) = api.calls("sendMessage")
    assert call.params["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "yes"
    assert call.result == api.bot_messages(CHAT)[0]


async def test_message_ids_count_per_chat(api: BotApi, bot: Bot) -> None:
    api.send_text(8, "hello")
    assert (await bot.send_message(CHAT, "a")).message_id == 2
    assert (await bot.send_message(8, "a")).message_id == 2
    assert (await bot.send_message(CHAT, "b")).message_id == 3


async def test_chat_must_be_known(bot: Bot, http: httpx.AsyncClient) -> None:
    with pytest.raises(BadRequest, match=r"^Chat not found$"):
        await bot.send_message(99, "a")
    assert await refusal(http, "sendMessage", chat_id="@someone", text="x") == (
        400,
        "Bad Request: chat not found",
    )


async def test_text_must_not_be_empty(http: httpx.AsyncClient) -> None:
    empty = (400, "Bad Request: message text is empty")
    assert await refusal(http, "sendMessage", chat_id=CHAT, text="") == empty
    assert await refusal(http, "sendMessage", chat_id=CHAT) == empty
    blank = (400, "Bad Request: text must be non-empty")
    assert await refusal(http, "sendMessage", chat_id=CHAT, text=" \n ") == blank
    assert await refusal(http, "sendMessage", chat_id=CHAT, text="<b> </b>", parse_mode="HTML") == blank


async def test_length_counts_utf16_after_parsing(http: httpx.AsyncClient) -> None:
    too_long = (400, "Bad Request: message is too long")
    assert await refusal(http, "sendMessage", chat_id=CHAT, text="x" * 4097) == too_long
    assert await refusal(http, "sendMessage", chat_id=CHAT, text="😀" * 2049) == too_long
    await accepted(http, "sendMessage", chat_id=CHAT, text="😀" * 2048)
    marked = f"<b>{'&amp;' * 4096}</b>"
    await accepted(http, "sendMessage", chat_id=CHAT, text=marked, parse_mode="HTML")


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("ä<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<!-- x -->", 'Unsupported start tag "!--" at byte offset 0'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x<i>y</b></i>", 'Unmatched end tag at byte offset 8, expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<a href='https://x.de>x</a>", "Unclosed start tag at byte offset 0"),
        ("<a>x</a>", 'Tag "a" has no usable address at byte offset 0'),
        ('<a href="javascript:x">x</a>', 'Tag "a" has no usable address at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("a & b", "Unsupported character entity at byte offset 2"),
        ("a &nbsp; b", "Unsupported character entity at byte offset 2"),
        ("&#xD800;", "Unsupported character entity at byte offset 0"),
    ],
)
async def test_html_that_is_refused(http: httpx.AsyncClient, markup: str, reason: str) -> None:
    status, description = await refusal(http, "sendMessage", chat_id=CHAT, text=markup, parse_mode="HTML")
    assert (status, description) == (400, f"Bad Request: can't parse entities: {reason}")


@pytest.mark.parametrize(
    ("markup", "text", "entities"),
    [
        ("<b>x</b><strong>y</strong>", "xy", ["bold", "bold"]),
        ("<i>x</i><em>y</em><u>z</u><s>w</s>", "xyzw", ["italic", "italic", "underline", "strikethrough"]),
        ("<code>x</code><pre>y</pre>", "xy", ["code", "pre"]),
        (
            "<blockquote>x</blockquote><blockquote expandable>y</blockquote>",
            "xy",
            ["blockquote", "expandable_blockquote"],
        ),
        ('<tg-spoiler>x</tg-spoiler><span class="tg-spoiler">y</span>', "xy", ["spoiler", "spoiler"]),
        ("<a href='https://x.de/?a=1&amp;b=2'>x</a>", "x", ["text_link"]),
        ('<pre><code class="language-python">x</code></pre>', "x", ["pre"]),
        ("&lt;&gt;&amp;&quot;&#65;&#x42;", '<>&"AB', []),
        ("<b>x<i>y</i></b>", "xy", ["bold", "italic"]),
        ("<b></b>x", "x", []),
    ],
)
def test_html_that_is_accepted(markup: str, text: str, entities: list[str]) -> None:
    plain, found = parse_html(markup)
    assert plain == text
    assert [entity["type"] for entity in found] == entities
    if "href" in markup:
        assert found[0]["url"] == "https://x.de/?a=1&b=2"
    if "python" in markup:
        assert found[0]["language"] == "python"


async def test_other_parse_modes_and_entities(http: httpx.AsyncClient) -> None:
    unsupported = (400, "Bad Request: unsupported parse_mode")
    assert await refusal(http, "sendMessage", chat_id=CHAT, text="x", parse_mode="BBCode") == unsupported
    bold = {"type": "bold", "offset": 1, "length": 2}
    sent = await accepted(http, "sendMessage", chat_id=CHAT, text=" xy", entities=[bold])
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
    status, _ = await refusal(http, "sendMessage", chat_id=CHAT, text="x", entities=[bold])
    assert status == 400
    status, _ = await refusal(http, "sendMessage", chat_id=CHAT, text="x", entities=[{"x": 1}])
    assert status == 400


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "ä" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (
            {"text": "x", "callback_data": "a", "url": "https://x.de"},
            "can't parse inline keyboard button: exactly one action expected, found callback_data, url",
        ),
        ({"text": " ", "callback_data": "a"}, "inline keyboard button text must be non-empty"),
        ({"callback_data": "a"}, "can't parse inline keyboard button: Can't find field \"text\""),
        (
            {"text": "x", "callback_data": "a", "colour": "red"},
            'can\'t parse inline keyboard button: unknown field "colour"',
        ),
        (
            {"text": "x", "url": "ftp://x.de"},
            "inline keyboard button URL 'ftp://x.de' is invalid: Unsupported URL protocol",
        ),
        (
            {"text": "x", "url": "mailto:a@x.de"},
            "inline keyboard button URL 'mailto:a@x.de' is invalid: Unsupported URL protocol",
        ),
        ({"text": "x", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "copy_text": {"text": "y" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "copy_text": "y"}, "BUTTON_COPY_TEXT_INVALID"),
        ("x", "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
    ],
)
async def test_button_that_is_refused(http: httpx.AsyncClient, button: Any, reason: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    assert await refusal(http, "sendMessage", chat_id=CHAT, text="x", reply_markup=markup) == (
        400,
        f"Bad Request: {reason}",
    )


async def test_buttons_that_are_accepted(bot: Bot) -> None:
    keyboard = InlineKeyboardMarkup(
        [
            [InlineKeyboardButton("data", callback_data="ä" * 32)],
            [InlineKeyboardButton("https", url="https://x.de")],
            [InlineKeyboardButton("tg", url="tg://user?id=1")],
            [InlineKeyboardButton("copy", copy_text=CopyTextButton("y" * 256))],
        ]
    )
    assert (await bot.send_message(CHAT, "x", reply_markup=keyboard)).reply_markup == keyboard


async def test_at_most_100_buttons(bot: Bot, http: httpx.AsyncClient) -> None:
    rows = [[InlineKeyboardButton(str(number), callback_data="a")] for number in range(101)]
    with pytest.raises(BadRequest, match=r"[Rr]eply markup is too long"):
        await bot.send_message(CHAT, "x", reply_markup=InlineKeyboardMarkup(rows))
    await bot.send_message(CHAT, "x", reply_markup=InlineKeyboardMarkup(rows[:100]))
    sent = await accepted(http, "sendMessage", chat_id=CHAT, text="x", reply_markup={"inline_keyboard": []})
    assert "reply_markup" not in sent


async def test_other_reply_markups(bot: Bot, http: httpx.AsyncClient) -> None:
    await bot.send_message(CHAT, "x", reply_markup=ReplyKeyboardMarkup([["a", "b"]]))
    await bot.send_message(CHAT, "x", reply_markup=ForceReply())
    wrong_markups: list[Any] = [
        [],
        {"buttons": []},
        {"keyboard": [[{"text": "x", "callback_data": "a"}]]},
        {"keyboard": [[""]]},
        {"inline_keyboard": [{"text": "x"}]},
    ]
    for wrong in wrong_markups:
        status, _ = await refusal(http, "sendMessage", chat_id=CHAT, text="x", reply_markup=wrong)
        assert status == 400


async def test_reply_needs_its_message(bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"[Mm]essage to be replied not found"):
        await bot.send_message(CHAT, "x", reply_parameters=ReplyParameters(77))
    reply = ReplyParameters(77, allow_sending_without_reply=True)
    assert (await bot.send_message(CHAT, "x", reply_parameters=reply)).reply_to_message is None


# Other kinds of messages


async def test_location_and_venue(bot: Bot, http: httpx.AsyncClient) -> None:
    sent = await bot.send_location(CHAT, 52.13, 11.63)
    assert sent.location is not None
    venue = (await bot.send_venue(CHAT, 52.13, 11.63, "Bürgerbüro", "Alter Markt 1")).venue
    assert venue is not None
    assert (venue.title, venue.location.latitude) == ("Bürgerbüro", 52.13)
    with pytest.raises(BadRequest):
        await bot.send_location(CHAT, 91, 0)
    status, _ = await refusal(http, "sendLocation", chat_id=CHAT, latitude=1)
    assert status == 400
    where = {"chat_id": CHAT, "latitude": 1, "longitude": 1}
    status, _ = await refusal(http, "sendVenue", **where, title=" ", address="x")
    assert status == 400


async def test_document(api: BotApi, bot: Bot, http: httpx.AsyncClient) -> None:
    content = b"\r\n--binary\x00\xff\r\n" * 100
    sent = await bot.send_document(CHAT, content, filename="data.json", caption="Your <data>")
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.file_size) == ("data.json", len(content))
    assert sent.caption == "Your <data>"
    again = await bot.send_document(CHAT, sent.document.file_id)
    assert again.document == sent.document
    assert api.calls("sendDocument")[0].params["document"] == {
        "file_name": "data.json",
        "size": len(content),
    }
    with pytest.raises(BadRequest, match="must be non-empty"):
        await bot.send_document(CHAT, b"", filename="empty.txt")
    with pytest.raises(BadRequest, match=r"wrong remote file identifier|Wrong remote"):
        await bot.send_document(CHAT, "unknown-id")
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_document(CHAT, content, caption="x" * 1025)
    status, _ = await refusal(http, "sendDocument", chat_id=CHAT)
    assert status == 400


# Editing and deleting


async def test_edit_message_text(api: BotApi, bot: Bot) -> None:
    sent = await bot.send_message(CHAT, "old", reply_markup=BUTTONS)
    await bot.edit_message_text("<b>new</b>", CHAT, sent.message_id, parse_mode="HTML")
    (message,) = api.bot_messages(CHAT)
    assert (message["text"], message["entities"][0]["type"]) == ("new", "bold")
    assert "reply_markup" not in message
    assert "edit_date" in message
    with pytest.raises(BadRequest, match=r"[Mm]essage is not modified: specified new message"):
        await bot.edit_message_text("<b>new</b>", CHAT, sent.message_id, parse_mode="HTML")
    await bot.edit_message_text("new", CHAT, sent.message_id)
    with pytest.raises(BadRequest, match=r"[Mm]essage text is empty"):
        await bot.edit_message_text("", CHAT, sent.message_id)
    with pytest.raises(BadRequest, match=r"[Mm]essage is too long"):
        await bot.edit_message_text("x" * 4097, CHAT, sent.message_id)


async def test_edit_needs_a_message_of_the_bot(bot: Bot, http: httpx.AsyncClient) -> None:
    with pytest.raises(BadRequest, match=r"[Mm]essage to edit not found"):
        await bot.edit_message_text("x", CHAT, 77)
    with pytest.raises(BadRequest, match=r"[Mm]essage can't be edited"):
        await bot.edit_message_text("x", CHAT, 1)
    place = await bot.send_location(CHAT, 1, 1)
    with pytest.raises(BadRequest, match=r"[Tt]here is no text in the message to edit"):
        await bot.edit_message_text("x", CHAT, place.message_id)
    status, description = await refusal(http, "editMessageText", chat_id=CHAT, text="x")
    assert (status, description) == (400, "Bad Request: message identifier is not specified")


async def test_edit_message_reply_markup(api: BotApi, bot: Bot) -> None:
    sent = await bot.send_message(CHAT, "text", reply_markup=BUTTONS)
    with pytest.raises(BadRequest, match=r"[Mm]essage is not modified"):
        await bot.edit_message_reply_markup(CHAT, sent.message_id, reply_markup=BUTTONS)
    await bot.edit_message_reply_markup(CHAT, sent.message_id)
    assert "reply_markup" not in api.bot_messages(CHAT)[0]
    with pytest.raises(BadRequest, match=r"[Mm]essage is not modified"):
        await bot.edit_message_reply_markup(CHAT, sent.message_id)
    await bot.edit_message_reply_markup(CHAT, sent.message_id, reply_markup=BUTTONS)
    assert "reply_markup" in api.bot_messages(CHAT)[0]


async def test_edit_takes_inline_keyboards_only(http: httpx.AsyncClient) -> None:
    sent = await accepted(http, "sendMessage", chat_id=CHAT, text="x")
    where = {"chat_id": CHAT, "message_id": sent["message_id"]}
    markup = {"keyboard": [["a"]]}
    status, _ = await refusal(http, "editMessageReplyMarkup", **where, reply_markup=markup)
    assert status == 400


async def test_delete_message(api: BotApi, bot: Bot, clock: Clock) -> None:
    sent = await bot.send_message(CHAT, "x")
    old = await bot.send_message(CHAT, "y")
    assert await bot.delete_message(CHAT, sent.message_id)
    with pytest.raises(BadRequest, match=r"[Mm]essage to delete not found"):
        await bot.delete_message(CHAT, sent.message_id)
    assert await bot.delete_message(CHAT, 1), "in a private chat the user's messages as well"
    clock.time += 48 * 3600
    with pytest.raises(BadRequest, match=r"[Mm]essage can't be deleted"):
        await bot.delete_message(CHAT, old.message_id)
    assert [message["text"] for message in api.messages(CHAT)] == ["y"]


async def test_delete_messages(api: BotApi, bot: Bot, http: httpx.AsyncClient) -> None:
    for text in "abc":
        await bot.send_message(CHAT, text)
    assert await bot.delete_messages(CHAT, [2, 3, 77])
    assert [message["text"] for message in api.bot_messages(CHAT)] == ["c"]
    status, description = await refusal(http, "deleteMessages", chat_id=CHAT)
    assert (status, description) == (400, "Bad Request: message identifiers are not specified")
    numbers = list(range(1, 102))
    status, _ = await refusal(http, "deleteMessages", chat_id=CHAT, message_ids=numbers)
    assert status == 400
    status, _ = await refusal(http, "deleteMessages", chat_id=CHAT, message_ids=["a"])
    assert status == 400


async def test_bot_deletes_only_its_own_messages_in_a_group(api: BotApi, bot: Bot) -> None:
    message = api.send_text(GROUP, "hi", user_id=5)["message"]
    own = await bot.send_message(GROUP, "x")
    with pytest.raises(BadRequest, match=r"[Mm]essage can't be deleted"):
        await bot.delete_message(GROUP, message["message_id"])
    with pytest.raises(BadRequest, match=r"[Mm]essage can't be deleted"):
        await bot.delete_messages(GROUP, [message["message_id"], own.message_id])
    assert await bot.delete_message(GROUP, own.message_id)


# Callback queries


async def test_press_a_button_and_answer_once(api: BotApi, bot: Bot) -> None:
    sent = await bot.send_message(CHAT, "Well?", reply_markup=BUTTONS)
    api.press(CHAT, sent.message_id, "Yes")
    (update,) = await bot.get_updates(offset=2)
    query = update.callback_query
    assert query is not None
    assert (query.data, query.from_user.id, query.from_user.language_code) == ("yes", CHAT, "uk")
    assert query.message is not None
    assert query.message.message_id == sent.message_id
    assert await query.answer("done")
    with pytest.raises(BadRequest, match=r"[Qq]uery is too old and response timeout expired"):
        await query.answer()


async def test_queries_that_cannot_be_answered(api: BotApi, bot: Bot, clock: Clock) -> None:
    sent = await bot.send_message(CHAT, "Well?", reply_markup=BUTTONS)
    with pytest.raises(BadRequest, match=r"[Qq]uery is too old"):
        await bot.answer_callback_query("unknown")
    query_id = api.press(CHAT, sent.message_id, "no")["callback_query"]["id"]
    with pytest.raises(BadRequest, match=r"MESSAGE_TOO_LONG|[Mm]essage_too_long"):
        await bot.answer_callback_query(query_id, "x" * 201)
    assert await bot.answer_callback_query(query_id, "x" * 200)
    query_id = api.press(CHAT, sent.message_id, "no")["callback_query"]["id"]
    clock.time += 61
    with pytest.raises(BadRequest, match=r"[Qq]uery is too old"):
        await bot.answer_callback_query(query_id)
    query_id = api.press(CHAT, sent.message_id, "no")["callback_query"]["id"]
    api.expire_callbacks()
    with pytest.raises(BadRequest, match=r"[Qq]uery is too old"):
        await bot.answer_callback_query(query_id)


async def test_only_buttons_that_are_there_can_be_pressed(api: BotApi, bot: Bot) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Link", url="https://x.de")]])
    sent = await bot.send_message(CHAT, "x", reply_markup=keyboard)
    with pytest.raises(LookupError, match="no button 'Link' to press"):
        api.press(CHAT, sent.message_id, "Link")
    with pytest.raises(LookupError, match="no button 'Other'"):
        api.press(CHAT, sent.message_id, "Other")
    await bot.delete_message(CHAT, sent.message_id)
    with pytest.raises(LookupError, match="there is no message"):
        api.press(CHAT, sent.message_id, "Link")
    with pytest.raises(LookupError, match="not known"):
        api.press(99, 1, "Link")


# Chats


async def test_chat_action(bot: Bot) -> None:
    assert await bot.send_chat_action(CHAT, "typing")
    with pytest.raises(BadRequest, match=r"[Ww]rong parameter action in request"):
        await bot.send_chat_action(CHAT, "dancing")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_chat_action(99, "typing")


async def test_get_chat(api: BotApi, bot: Bot) -> None:
    api.send_text(GROUP, "hi", user_id=5)
    assert (await bot.get_chat(CHAT)).first_name == "Oksana"
    assert (await bot.get_chat(GROUP)).type == "supergroup"
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.get_chat(99)


async def test_blocked_bot_gets_403(api: BotApi, bot: Bot) -> None:
    sent = await bot.send_message(CHAT, "x", reply_markup=BUTTONS)
    api.block(CHAT)
    for call in (
        bot.send_message(CHAT, "y"),
        bot.edit_message_text("y", CHAT, sent.message_id),
        bot.send_chat_action(CHAT, "typing"),
    ):
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await call
    with pytest.raises(ValueError, match="blocked"):
        api.send_text(CHAT, "unheard")
    with pytest.raises(ValueError, match="other state"):
        api.block(CHAT)
    api.unblock(CHAT)
    await bot.send_message(CHAT, "z")
    changes = [update.my_chat_member for update in await bot.get_updates(offset=2)]
    assert [(change.old_chat_member.status, change.new_chat_member.status) for change in changes if change] == [
        ("member", "kicked"),
        ("kicked", "member"),
    ]


async def test_group_membership(api: BotApi, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(GROUP, "x")
    api.add_to_group(GROUP, user_id=5, title="Newcomers")
    with pytest.raises(ValueError, match="already"):
        api.add_to_group(GROUP, user_id=5)
    await bot.send_message(GROUP, "x")
    assert await bot.leave_chat(GROUP)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.send_message(GROUP, "x")
    with pytest.raises(Forbidden, match="bot is not a member"):
        await bot.leave_chat(GROUP)
    api.add_to_group(GROUP, user_id=5)
    api.remove_from_group(GROUP, user_id=5)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(GROUP, "x")
    with pytest.raises(ValueError, match="outside"):
        api.send_text(GROUP, "unheard", user_id=5)
    changes = [update.my_chat_member for update in await bot.get_updates(offset=2)]
    assert [change.new_chat_member.status for change in changes if change] == [
        "member",
        "left",
        "member",
        "kicked",
    ]


async def test_private_chat_cannot_be_left(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="private chats"):
        await bot.leave_chat(CHAT)


# What people send


async def test_everything_people_send_is_readable(api: BotApi, bot: Bot) -> None:
    api.send_text(CHAT, "😀 /start now", message_id=30)
    api.send_voice(CHAT)
    api.send_photo(CHAT, caption="my letter")
    api.send_sticker(CHAT)
    api.send_location(CHAT, 52.13, 11.63)
    api.send_document(CHAT, file_name="letter.pdf")
    api.forward_text(CHAT, "forwarded")
    api.edit_text(CHAT, 30, "edited")
    api.send_text(GROUP, "in a supergroup", user_id=5, first_name="Ali")
    api.send_text(-5, "in a group", user_id=5)
    updates = await bot.get_updates(offset=2)
    text, voice, photo, sticker, location, document, forward, edited, group, basic = updates
    assert text.message
    assert text.message.parse_entities() == {text.message.entities[0]: "/start"}
    assert text.message.from_user
    assert text.message.from_user.language_code == "uk"
    assert voice.message
    assert voice.message.voice
    assert photo.message
    assert [size.width for size in photo.message.photo] == [90, 800]
    assert photo.message.caption == "my letter"
    assert sticker.message
    assert sticker.message.sticker
    assert location.message
    assert location.message.location
    assert document.message
    assert document.message.document
    assert forward.message
    assert forward.message.forward_origin
    assert edited.edited_message
    assert (edited.edited_message.text, edited.edited_message.message_id) == ("edited", 30)
    assert group.message
    assert group.message.from_user
    assert (group.message.chat.type, group.message.from_user.first_name) == ("supergroup", "Ali")
    assert basic.message
    assert (basic.message.chat.type, basic.message.from_user) == ("group", group.message.from_user)


async def test_what_people_cannot_do(api: BotApi, bot: Bot) -> None:
    with pytest.raises(ValueError, match="user_id is needed"):
        api.send_text(GROUP, "x")
    sent = await bot.send_message(CHAT, "x")
    with pytest.raises(ValueError, match="cannot edit the bot's"):
        api.edit_text(CHAT, sent.message_id, "y")


async def test_raw_push_makes_chat_and_query_known(api: BotApi, bot: Bot) -> None:
    chat = {"id": 50, "type": "private", "first_name": "Raw"}
    api.push({"message": {"message_id": 9, "date": 1, "chat": chat, "text": "raw"}})
    assert (await bot.send_message(50, "x")).message_id == 10
    user = {"id": 50, "is_bot": False, "first_name": "Raw"}
    query = {"id": "q1", "from": user, "chat_instance": "1", "data": "d"}
    api.push({"callback_query": query})
    assert len(await bot.get_updates(offset=2)) == 2
    assert await bot.answer_callback_query("q1")


# The profile


async def test_commands_by_scope_and_language(api: BotApi, bot: Bot) -> None:
    private = BotCommandScopeAllPrivateChats()
    groups = BotCommandScopeAllGroupChats()
    await bot.set_my_commands([("start", "Start")])
    await bot.set_my_commands([("start", "Почати"), ("help", "Допомога")], private, "uk")
    assert await bot.get_my_commands() == (BotCommand("start", "Start"),)
    assert [command.description for command in await bot.get_my_commands(private, "uk")] == [
        "Почати",
        "Допомога",
    ]
    assert await bot.get_my_commands(groups, "uk") == ()
    await bot.delete_my_commands(private, "uk")
    assert await bot.get_my_commands(private, "uk") == ()
    assert len(api.calls("setMyCommands")) == 2


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"commands": [{"command": "Start", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "start-now", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "x" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "a", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": [{"command": "a", "description": "x" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": [{"command": "a"}]}, "can't parse BotCommand"),
        ({"commands": [{"command": "a", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({}, "can't parse commands JSON object"),
        ({"commands": [], "language_code": "ukr"}, "invalid language code specified"),
        ({"commands": [], "scope": {"type": "everyone"}}, "can't parse BotCommandScope"),
        ({"commands": [], "scope": {"type": "chat"}}, "can't parse BotCommandScope"),
        ({"commands": [], "scope": {"type": "chat", "chat_id": 99}}, "chat not found"),
    ],
)
async def test_commands_that_are_refused(http: httpx.AsyncClient, params: dict[str, Any], reason: str) -> None:
    assert await refusal(http, "setMyCommands", **params) == (400, f"Bad Request: {reason}")


async def test_longest_commands(http: httpx.AsyncClient) -> None:
    longest = {"command": "a_1" + "x" * 29, "description": "x" * 256}
    scope = {"type": "chat", "chat_id": CHAT}
    assert await accepted(http, "setMyCommands", commands=[longest] * 100, scope=scope)
    assert len(await accepted(http, "getMyCommands", scope=scope)) == 100


@pytest.mark.parametrize(
    ("name", "parameter", "limit"),
    [
        ("Name", "name", 64),
        ("Description", "description", 512),
        ("ShortDescription", "short_description", 120),
    ],
)
async def test_profile_texts_by_language(http: httpx.AsyncClient, name: str, parameter: str, limit: int) -> None:
    await accepted(http, f"setMy{name}", **{parameter: "default"})
    await accepted(http, f"setMy{name}", **{parameter: "x" * limit, "language_code": "de"})
    found = await accepted(http, f"getMy{name}", language_code="de")
    assert found == {parameter: "x" * limit}
    assert await accepted(http, f"getMy{name}") == {parameter: "default"}
    too_long = {parameter: "x" * (limit + 1)}
    status, _ = await refusal(http, f"setMy{name}", **too_long)
    assert status == 400
    status, _ = await refusal(http, f"setMy{name}", language_code="german")
    assert status == 400
    await accepted(http, f"setMy{name}", **{parameter: "", "language_code": "de"})
    fallback = "default" if name == "Name" else ""
    assert await accepted(http, f"getMy{name}", language_code="de") == {parameter: fallback}


async def test_profile_through_the_client(bot: Bot) -> None:
    await bot.set_my_description("Вітаю", "uk")
    await bot.set_my_short_description("Коротко", "uk")
    await bot.set_my_name("Бот", "uk")
    assert (await bot.get_my_description("uk")).description == "Вітаю"
    assert (await bot.get_my_short_description("uk")).short_description == "Коротко"
    assert (await bot.get_my_name("uk")).name == "Бот"
    assert (await bot.get_my_name()).name == "Newcomers"


# Faults


async def test_fail_next(api: BotApi, bot: Bot) -> None:
    api.fail_next("sendMessage", 429, retry_after=3)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(CHAT, "x")
    assert caught.value.retry_after == dt.timedelta(seconds=3)
    assert api.calls()[-1].description == "Too Many Requests: retry after 3"
    api.fail_next("sendMessage", 502, "Bad Gateway", times=2)
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_message(CHAT, "x")
    await bot.send_message(CHAT, "x")
    assert len(api.bot_messages(CHAT)) == 1
    assert [call.status for call in api.calls("sendMessage")] == [429, 502, 502, 200]
    with pytest.raises(ValueError, match="description"):
        api.fail_next("sendMessage", 500)


async def test_fail_next_in_one_chat(api: BotApi, bot: Bot) -> None:
    api.send_text(8, "hello")
    api.fail_next("sendMessage", 403, "Forbidden: user is deactivated", chat_id=8)
    await bot.send_message(CHAT, "x")
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(8, "x")
    await bot.send_message(8, "x")


async def test_fail_next_get_updates(api: BotApi, bot: Bot) -> None:
    api.fail_next("getUpdates", 500, "Internal Server Error")
    with pytest.raises(NetworkError):
        await bot.get_updates()
    assert len(await bot.get_updates()) == 1


@pytest.mark.parametrize("before", [True, False])
async def test_drop_next(api: BotApi, bot: Bot, before: bool) -> None:  # noqa: FBT001
    api.drop_next("sendMessage", before=before)
    with pytest.raises(NetworkError):
        await bot.send_message(CHAT, "x")
    assert len(api.bot_messages(CHAT)) == (0 if before else 1)
    (call,) = api.calls("sendMessage")
    assert call.dropped == ("before" if before else "after")
    assert call.ok is not before
    await bot.send_message(CHAT, "y")
    assert api.bot_messages(CHAT)[-1]["text"] == "y"


async def test_dropped_get_updates_loses_nothing(api: BotApi, bot: Bot) -> None:
    api.drop_next("getUpdates", before=False)
    with pytest.raises(NetworkError):
        await bot.get_updates()
    assert len(await bot.get_updates()) == 1


async def test_dropped_calls_can_be_refused_as_well(api: BotApi, bot: Bot) -> None:
    api.drop_next("sendMessage", before=False, chat_id=99)
    await bot.send_message(CHAT, "x")
    with pytest.raises(NetworkError):
        await bot.send_message(99, "x")
    assert (api.calls()[-1].status, api.calls()[-1].dropped) == (400, "after")


async def test_hold_and_release(api: BotApi, bot: Bot) -> None:
    api.hold("sendMessage")
    sending = asyncio.create_task(bot.send_message(CHAT, "x"))
    await asyncio.to_thread(api.wait_until_held, "sendMessage")
    await bot.send_chat_action(CHAT, "typing")
    assert not sending.done()
    assert api.bot_messages(CHAT) == []
    api.release("sendMessage")
    assert (await asyncio.wait_for(sending, 5)).text == "x"
    await bot.send_message(CHAT, "y")


async def test_held_call_is_carried_out_although_nobody_listens(api: BotApi) -> None:
    api.hold("*")
    request = HTTPXRequest(read_timeout=0.2)
    client = Bot(api.token, base_url=f"{api.url}/bot", request=request)
    with pytest.raises(TimedOut):
        await client.send_message(CHAT, "x")
    api.release("*")
    await asyncio.to_thread(api.wait_for_messages, CHAT)
    await request.shutdown()


async def test_clear_faults(api: BotApi, bot: Bot) -> None:
    api.fail_next("sendMessage", 500, "Internal Server Error")
    api.drop_next("sendMessage")
    api.hold("sendMessage")
    api.clear_faults()
    await bot.send_message(CHAT, "x")


async def test_flood_control_per_chat(api: BotApi, bot: Bot, clock: Clock) -> None:
    api.send_text(8, "hello")
    api.set_flood_control()
    await bot.send_message(CHAT, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(CHAT, "x")
    await bot.send_message(8, "x")
    await bot.send_chat_action(CHAT, "typing")
    clock.time += 1
    await bot.send_message(CHAT, "x")
    api.set_flood_control(enabled=False)
    await bot.send_message(CHAT, "x")
    assert len(api.bot_messages(CHAT)) == 3


async def test_flood_control_overall(api: BotApi, http: httpx.AsyncClient, clock: Clock) -> None:
    api.set_flood_control()
    for chat_id in range(100, 131):
        api.send_text(chat_id, "hello")
    for chat_id in range(100, 130):
        await accepted(http, "sendMessage", chat_id=chat_id, text="x")
    response = await http.post("sendMessage", json={"chat_id": 130, "text": "x"})
    assert response.json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    clock.time += 1
    await accepted(http, "sendMessage", chat_id=130, text="x")


async def test_outage_keeps_the_state_and_the_address(api: BotApi) -> None:
    address = api.url
    async with Bot(api.token, base_url=f"{address}/bot") as client:
        await client.get_updates(offset=2)
        poll = asyncio.create_task(client.get_updates(offset=2, timeout=30))
        await asyncio.to_thread(api.wait_until_polling)
        await asyncio.to_thread(api.stop)
        with pytest.raises(NetworkError):
            await asyncio.wait_for(poll, 5)
        with pytest.raises(NetworkError):
            await client.send_message(CHAT, "x")
        api.send_text(CHAT, "during the outage")
        api.start()
        assert api.url == address
        assert len(await client.get_updates(offset=2)) == 1
    with pytest.raises(RuntimeError, match="runs already"):
        api.start()


async def test_stop_ends_held_calls(api: BotApi, bot: Bot) -> None:
    api.hold("sendMessage")
    sending = asyncio.create_task(bot.send_message(CHAT, "x"))
    await asyncio.to_thread(api.wait_until_held, "sendMessage")
    await asyncio.to_thread(api.stop)
    with pytest.raises(NetworkError):
        await asyncio.wait_for(sending, 5)
    assert api.bot_messages(CHAT) == []
    api.stop()


# Record and waiting


async def test_record_keeps_every_call_in_order(api: BotApi, bot: Bot, clock: Clock) -> None:
    await bot.send_message(CHAT, "x")
    clock.time += 5
    with pytest.raises(BadRequest):
        await bot.send_message(99, "x")
    await bot.get_updates()
    calls = api.calls()[-3:]
    assert [(call.method, call.chat_id, call.status) for call in calls] == [
        ("sendMessage", CHAT, 200),
        ("sendMessage", 99, 400),
        ("getUpdates", None, 200),
    ]
    assert calls[1].time - calls[0].time == 5
    assert calls[1].description == "Bad Request: chat not found"
    assert calls[1].params == {"chat_id": 99, "text": "x"}
    assert [call.number for call in api.calls()] == list(range(1, len(api.calls()) + 1))
    api.clear_calls()
    assert api.calls() == []


async def test_record_does_not_change_afterwards(api: BotApi, bot: Bot) -> None:
    sent = await bot.send_message(CHAT, "old")
    await bot.edit_message_text("new", CHAT, sent.message_id)
    api.bot_messages(CHAT)[0]["text"] = "changed by the reader"
    assert api.calls("sendMessage")[0].result["text"] == "old"
    assert api.bot_messages(CHAT)[0]["text"] == "new"


async def test_waiting_wakes_at_the_call(api: BotApi, bot: Bot) -> None:
    waiting = asyncio.create_task(asyncio.to_thread(api.wait_for_calls, "sendMessage", 2))
    await bot.send_message(CHAT, "x")
    assert not waiting.done()
    await bot.send_message(CHAT, "y")
    calls = await asyncio.wait_for(waiting, 5)
    assert [call.params["text"] for call in calls] == ["x", "y"]
    confirmed = asyncio.create_task(asyncio.to_thread(api.wait_until_confirmed, 1))
    await bot.get_updates(offset=2)
    await asyncio.wait_for(confirmed, 5)


def test_waiting_in_vain_says_what_came(api: BotApi) -> None:
    with pytest.raises(TimeoutError, match=r"2 calls of sendMessage; last calls: \[\]"):
        api.wait_for_calls("sendMessage", 2, timeout=0.01)


def test_threads_do_not_disturb_each_other(api: BotApi) -> None:
    def write(chat_id: int) -> None:
        for number in range(50):
            api.send_text(chat_id, str(number))

    threads = [threading.Thread(target=write, args=(chat_id,)) for chat_id in range(100, 108)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [update["update_id"] for update in api.pending_updates()]
    assert numbers == list(range(1, 402))


async def test_messages_that_come_at_once_are_all_kept(api: BotApi, http: httpx.AsyncClient) -> None:
    for _ in range(40):
        sends = [accepted(http, "sendMessage", chat_id=CHAT, text="x") for _ in range(10)]
        await asyncio.gather(*sends)
    assert len(api.bot_messages(CHAT)) == 400


# The control interface


async def test_control_interface(api: BotApi, bot: Bot) -> None:
    async with httpx.AsyncClient(base_url=f"{api.url}/control/") as control:

        async def do(action: str, **arguments: Any) -> Any:
            response = await control.post(action, json=arguments)
            assert response.status_code == 200, response.text
            return response.json()["result"]

        assert (await do("send_text", chat_id=60, text="from afar"))["update_id"] == 2
        sent = await bot.send_message(60, "x", reply_markup=BUTTONS)
        pressed = await do("press", chat_id=60, message_id=sent.message_id, label_or_data="No")
        assert pressed["callback_query"]["data"] == "no"
        assert [message["text"] for message in await do("messages", chat_id=60)] == [
            "from afar",
            "x",
        ]
        (call,) = await do("wait_for_calls", method="sendMessage", count=1, timeout=5)
        assert (call["chat_id"], call["ok"]) == (60, True)
        by_query = await control.get("calls", params={"method": "sendMessage"})
        assert by_query.json()["result"] == [call]
        await do("fail_next", method="sendMessage", status=429, retry_after=1)
        with pytest.raises(RetryAfter):
            await bot.send_message(60, "y")


async def test_control_interface_refuses_mistakes(api: BotApi) -> None:
    async with httpx.AsyncClient(base_url=f"{api.url}/control/") as control:
        statuses = [
            (await control.post(action, content=body)).status_code
            for action, body in (
                ("nothing", "{}"),
                ("start", "{}"),
                ("press", '{"chat_id": 99, "message_id": 1, "label_or_data": "x"}'),
                ("send_text", '{"chat": 1}'),
                ("send_text", "[1]"),
                ("send_text", "{"),
                ("wait_for_calls", '{"method": "sendMessage", "count": 1, "timeout": 0.01}'),
            )
        ]
    assert statuses == [404, 404, 400, 400, 400, 400, 408]


def test_server_runs_by_itself() -> None:
    command = [sys.executable, "-m", "tests.fakes.bot_api", "--port", "0", "--first-update-id", "9"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        base = address.partition("/bot")[0]
        pushed = httpx.post(f"{base}/control/send_text", json={"chat_id": 7, "text": "hi"})
        updates = httpx.get(address.replace("getMe", "getUpdates"))
        process.send_signal(signal.SIGTERM)  # SIGINT is ignored where a shell runs the tests in the background
        assert process.wait(10) == 0
    assert pushed.json()["result"]["update_id"] == 9
    assert updates.json()["result"][0]["message"]["text"] == "hi"


# A conversation


async def greet(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer /start."""
    assert update.message
    await update.message.reply_text("Welcome?", reply_markup=BUTTONS)


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer a text."""
    assert update.message
    await update.message.reply_html(f"<b>{update.message.text}</b>")


async def choose(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer a button."""
    query = update.callback_query
    assert query
    await query.answer()
    await query.edit_message_text(f"You said {query.data}")


async def poll(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """Fetch and process updates, one after the other, as the bot does."""
    offset = 0
    while True:
        try:
            updates = await application.bot.get_updates(offset, timeout=10)
        except TelegramError:
            continue
        for update in updates:
            await application.process_update(update)
            offset = update.update_id + 1


async def test_conversation_through_a_real_application(api: BotApi) -> None:
    builder = Application.builder().token(api.token).base_url(f"{api.url}/bot").updater(None)
    application = builder.build()
    application.add_handler(CommandHandler("start", greet))
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.add_handler(CallbackQueryHandler(choose))
    api.fail_next("getUpdates", 502, "Bad Gateway")
    async with application:
        polling = asyncio.create_task(poll(application))
        await asyncio.to_thread(api.wait_for_messages, CHAT, 1)
        api.send_text(CHAT, "/start")
        greeting = (await asyncio.to_thread(api.wait_for_messages, CHAT, 2))[1]
        last = api.press(CHAT, greeting["message_id"], "Yes")
        await asyncio.to_thread(api.wait_until_confirmed, last["update_id"])
        polling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await polling
    assert [message["text"] for message in api.messages(CHAT)] == [
        "hello",
        "hello",
        "/start",
        "You said yes",
    ]
    answer = api.calls("answerCallbackQuery")[0]
    assert json.dumps(answer.params) == json.dumps({"callback_query_id": last["callback_query"]["id"]})
