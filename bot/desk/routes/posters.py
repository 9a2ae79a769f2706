"""Posters to print."""

from starlette.responses import Response

from bot.desk.visit import Visit
from bot.languages import LANGUAGES, SOURCE, TAGS
from bot.services.answering import find_title
from bot.services.making_posters import make_poster
from bot.services.sharing_state import find_username

WHOLE_BOT = "all"


def show_posters(visit: Visit) -> Response:
    """Let a person choose topic and language; a choice leads to its poster."""
    content = visit.content
    topic, language = visit.query("topic"), visit.query("language")
    if topic in {WHOLE_BOT, *content.city} and language in TAGS:
        return visit.go(f"/posters/{topic}/{language}")
    titles = sorted((find_title(key, content, visit.language), key) for key in content.city)
    return visit.render(
        "posters.html",
        topics=[
            (WHOLE_BOT, visit.strings.gettext("The whole bot")),
            *((key, title) for title, key in titles),
        ],
        languages=LANGUAGES,
        chosen=next(iter(visit.signed_in.languages), SOURCE),
        username=_find_username(visit),
    )


def show_poster(visit: Visit) -> Response:
    """Show one poster, ready to print on A4."""
    username = _find_username(visit)
    if username is None:
        return visit.go("/posters")
    topic = visit.param("topic")
    poster = make_poster(None if topic == WHOLE_BOT else topic, visit.param("language"), username, visit.content)
    return visit.render("poster.html", poster=poster)


def _find_username(visit: Visit) -> str | None:
    with visit.reading() as session:
        return find_username(session)
