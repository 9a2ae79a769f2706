"""Posters to hang up: a QR code that opens the bot, or one topic of it, in one language."""

from dataclasses import dataclass

import segno

from bot.errors import NotFoundError
from bot.i18n import get_strings
from bot.languages import SOURCE, Language, find_language, get_language
from bot.messages.content import Content
from bot.services.answering import find_title
from bot.services.deep_links import make_payload

# A quarter of the picture may be scratched or covered.
_ERROR_LEVEL = "q"


@dataclass(frozen=True)
class Saying:
    """What a poster says in one language."""

    language: Language
    title: str
    sentence: str


@dataclass(frozen=True)
class Poster:
    """One page.

    Attributes:
        sayings: in the language of the poster, then in German, so that whoever hangs it up can read it too.
        address: where the code leads, without https:// as it is printed below the code.
        picture: the QR code as a data URI.
    """

    sayings: tuple[Saying, ...]
    address: str
    picture: str


def make_poster(topic: str | None, tag: str, username: str, content: Content) -> Poster:
    """Return the poster of a topic, or of the whole bot; raises NotFoundError for a topic or language unknown."""
    language = find_language(tag)
    if language is None or (topic is not None and topic not in content.city):
        raise NotFoundError("there is no such poster")
    address = f"t.me/{username}?start={make_payload(topic, language.tag)}"
    tags = dict.fromkeys((language.tag, SOURCE))
    sayings = (_say(topic, get_language(each), content) for each in tags if not topic or topic in content.answers[each])
    return Poster(tuple(sayings), address, draw_code(f"https://{address}"))


def draw_code(address: str) -> str:
    """Return the QR code of an address as a data URI: black on white in dark mode too, with a quiet margin."""
    code = segno.make(address, error=_ERROR_LEVEL, micro=False)
    return code.svg_data_uri(border=4, dark="#000", light="#fff")


def _say(topic: str | None, language: Language, content: Content) -> Saying:
    strings = get_strings(language.tag)
    title = (
        find_title(topic, content, language.tag)
        if topic
        else strings.gettext("Answers for people who are new in Magdeburg")
    )
    sentence = strings.gettext("Scan this with your phone and ask on Telegram, in your language. It costs nothing.")
    return Saying(language, title, sentence)
