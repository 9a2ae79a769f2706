"""The templates, and the words in them that stand for values of the program."""

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from bot.adapters.system_clock import BERLIN
from bot.desk.permissions import Permission, may
from bot.desk.visit import Visit
from bot.i18n import Strings, get_strings
from bot.languages import Language, find_language
from bot.services.keeping_facts import name_host
from bot.services.marking_up import write_html
from bot.services.naming_marks import split_marks
from bot.services.signing_in import Person
from bot.states import Role

_TEMPLATES = Path(__file__).parent / "templates"


@cache  # it keeps what it has compiled
def build_environment() -> Environment:
    """Return the templates: escaped, and strict about names that nobody gave."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "Permission": Permission,
        "csrf_field": csrf_field,
        "find_language": find_language,
        "named_roles": named_roles,
        "names_of_languages": names_of_languages,
        "navigation": list_navigation,
        "role_name": role_name,
        "wants_second_factor": wants_second_factor,
    }
    environment.filters["language_pair"] = pair_language
    environment.filters |= {"day": find_day, "host": name_host, "moment": tell_moment}
    return environment


def list_navigation(visit: Visit) -> Iterator[tuple[str, str]]:
    """Yield address and name of the pages that the person may open, in the order of the bar."""
    say = visit.strings.gettext
    table = (
        ("/", say("Start"), Permission.SIGNED_IN),
        ("/review", say("Questions"), Permission.REVIEW),
        ("/facts", say("Facts"), Permission.EDIT),
        ("/answers", say("Answers"), Permission.TRANSLATE),
        ("/proposals", say("Proposals"), Permission.TRANSLATE),
        ("/notices", say("Notices"), Permission.EDIT),
        ("/posters", say("Posters"), Permission.SIGNED_IN),
        ("/people", say("People"), Permission.ADMINISTER),
        ("/help", say("Help"), Permission.SIGNED_IN),
    )
    return ((address, name) for address, name, permission in table if visit.may(permission))


def wants_second_factor(person: Person) -> bool:
    """Tell whether the person could publish and has not given the code in this session."""
    return may(person, Permission.PUBLISH) and not person.second_factor


@pass_context
def csrf_field(context: Context) -> Markup:
    """Return the hidden field that every form carries."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(context["csrf"])


@pass_context
def role_name(context: Context, role: Role) -> str:
    """Return a role in the language of the page."""
    return dict(named_roles(context))[role]


@pass_context
def named_roles(context: Context) -> list[tuple[Role, str]]:
    """Return the roles with their names."""
    say = context["strings"].gettext
    return [
        (Role.VOLUNTEER, say("volunteer: answers questions of people")),
        (Role.TRANSLATOR, say("translator: writes and reads texts in their languages")),
        (Role.EDITOR, say("editor: keeps facts and answers right")),
        (Role.ADMIN, say("admin: everything, and the people")),
    ]


@pass_context
def tell_moment(context: Context, moment: dt.datetime) -> str:
    """Return day and time in Magdeburg, in the language of the page."""
    strings = context["strings"]
    return f"{strings.date(find_day(moment))}, {strings.time(find_time(moment))}"


def find_day(moment: dt.datetime) -> dt.date:
    """Return the day in Magdeburg."""
    return moment.astimezone(BERLIN).date()


def find_time(moment: dt.datetime) -> dt.time:
    """Return the time of the day in Magdeburg."""
    return moment.astimezone(BERLIN).time()


def draw_message(text: str, language: Language) -> Markup:
    """Return a message of the bot as Telegram shows it."""
    html = write_html(text, language.direction)
    return Markup(html)  # noqa: S704 - everything but bold and links is escaped


def draw_marks(text: str, language: str) -> Markup:
    """Return what a person wrote, redacted, with the marks in the language of the page and none of its direction."""
    mark = Markup('<bdi class="mark" lang="{}">{}</bdi>')
    pieces = split_marks(text, get_strings(language))
    return Markup("").join(mark.format(language, piece) if is_mark else piece for piece, is_mark in pieces)


def names_of_languages(tags: Iterable[str], strings: Strings) -> list[str]:
    """Return the names of languages in the language of the page."""
    return [strings.language_name(tag) for tag in tags]


def pair_language(language: Language, strings: Strings) -> tuple[str, str]:
    """Return tag and name of a language, for a choice."""
    return language.tag, strings.language_name(language.tag)
