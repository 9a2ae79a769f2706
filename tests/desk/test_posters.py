"""Posters: the code leads to the topic in the language, and the page reads in the right direction."""

import re
from html import unescape
from urllib.parse import unquote

import pytest
import segno

from bot.services.deep_links import Target, read_payload
from bot.services.making_posters import draw_code
from bot.services.sharing_state import note_username
from bot.states import Role
from tests.desk.conftest import Stage

_ADDRESS = re.compile(r'<p class="address" dir="ltr">t\.me/SomeTestBot\?start=([\w-]+)</p>')
_PICTURE = re.compile(r'<img class="code" src="([^"]+)"')


def name_bot(desk: Stage) -> None:
    with desk.services.database.writing() as session:
        note_username(session, "SomeTestBot")


@pytest.mark.parametrize(
    ("topic", "language", "direction"),
    [("find_flat", "ar", "rtl"), ("find_flat", "de", "ltr"), ("all", "fa", "rtl"), ("official_letter", "uk", "ltr")],
)
def test_poster_opens_its_topic_in_its_language(desk: Stage, topic: str, language: str, direction: str) -> None:
    name_bot(desk)
    page = desk.client(Role.VOLUNTEER).get(f"/posters/{topic}/{language}").text
    payload = _ADDRESS.findall(page)
    expected = Target(None if topic == "all" else topic, language)
    assert [read_payload(each, desk.services.live.get().topics) for each in payload] == [expected]
    assert f'class="saying" lang="{language}" dir="{direction}"' in page
    assert page.count('class="saying"') == (1 if language == "de" else 2)


def test_poster_says_the_same_in_german(desk: Stage) -> None:
    name_bot(desk)
    page = desk.client(Role.EDITOR).get("/posters/find_flat/ar").text
    for language in ("ar", "de"):
        assert desk.services.live.get().answers[language]["find_flat"].title in page


def test_code_of_the_poster_is_that_of_the_printed_address(desk: Stage) -> None:
    name_bot(desk)
    page = desk.client(Role.EDITOR).get("/posters/find_flat/ar").text
    address = f"https://t.me/SomeTestBot?start={_ADDRESS.findall(page)[0]}"
    assert [unescape(drawn) for drawn in _PICTURE.findall(page)] == [draw_code(address)]


def read_modules(drawn: str) -> set[tuple[int, int]]:
    """Return the black modules of a picture as (column, row): its last path draws them line by line."""
    path = re.findall(r"d='([^']+)'", unquote(drawn))[-1]
    black, x, y = set[tuple[int, int]](), 0, 0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        if command == "h":
            black |= {(x + step, y) for step in range(int(numbers))}
            x += int(numbers)
        else:
            right, down = (int(float(number)) for number in numbers.split())
            x, y = (right, down) if command == "M" else (x + right, y + down)
    return black


def test_code_has_the_modules_of_the_address_and_a_margin() -> None:
    address = "https://t.me/SomeTestBot?start=find_flat-ar"
    matrix = segno.make(address, error="q", micro=False).matrix
    expected = {(x + 4, y + 4) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
    assert read_modules(draw_code(address)) == expected
    assert read_modules(draw_code(address + "x")) != expected


@pytest.mark.parametrize("path", ["/posters/nothing/ar", "/posters/greet/de", "/posters/find_flat/es"])
def test_poster_that_does_not_exist_is_not_found(desk: Stage, path: str) -> None:
    name_bot(desk)
    assert desk.client(Role.EDITOR).get(path).status_code == 404


def test_without_the_name_of_the_bot_the_page_says_what_to_do(desk: Stage) -> None:
    browser = desk.client(Role.EDITOR)
    page = browser.get("/posters/find_flat/ar")
    assert browser.path == "/posters"
    assert "TELEGRAM_BOT_TOKEN" in page.text
    assert "<select" not in page.text


def test_choice_of_topic_and_language_leads_to_the_poster(desk: Stage) -> None:
    name_bot(desk)
    browser = desk.client(Role.EDITOR)
    page = browser.get("/posters").text
    for topic in desk.services.live.get().city:
        assert f'<option value="{topic}"' in page
    browser.get("/posters?topic=find_flat&language=fa")
    assert browser.path == "/posters/find_flat/fa"
    browser.get("/posters?topic=%2F%2Fevil&language=fa")
    assert browser.path == "/posters"


@pytest.mark.parametrize(("languages", "chosen"), [(("fa", "de"), "fa"), ((), "de")])
def test_poster_begins_with_ones_own_language(desk: Stage, languages: tuple[str, ...], chosen: str) -> None:
    name_bot(desk)
    page = desk.client(Role.VOLUNTEER, languages=languages).get("/posters").text
    assert f'<option value="{chosen}" selected>' in page
