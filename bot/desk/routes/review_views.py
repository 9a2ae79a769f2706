"""What the pages of the review show of a question."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.responses import Response

from bot.desk.presenting import draw_marks, draw_message, find_time
from bot.desk.visit import Visit
from bot.errors import NotFoundError
from bot.i18n import Strings, get_strings
from bot.languages import get_language
from bot.messages.content import Place
from bot.models import Account, Chat, ReviewItem
from bot.services.answering import build_answer, describe_place, find_title, make_reader
from bot.services.claiming_items import get_item, is_experienced, is_paused, read_draft
from bot.services.listing_waiting import (
    Waiting,
    count_waiting,
    find_holder,
    list_alike,
    list_proposed,
    list_waiting,
)
from bot.services.reviewing import find_care
from bot.services.suggesting_ways import is_distressing, list_near_topics, rank_counselling, read_question
from bot.services.telling_askers import sign_words
from bot.services.text_blocks import list_text_blocks
from bot.states import Group, ItemKind, Resolution, ReviewStatus, Role

_BEST = 3


@dataclass(frozen=True)
class Shown:
    """An item as pages show it.

    Attributes:
        near: id and title of the nearest topics.
        direction: of the asker's script.
    """

    item: ReviewItem
    question: Markup
    near: Sequence[tuple[str, str]]
    direction: str
    unhelpful: bool


@dataclass(frozen=True)
class Line:
    """A line of the queue: questions that are like one another.

    Attributes:
        holder: who else works on it now.
        mine: whether the person has it open.
        replied: whether the asker wrote again.
        heavy: whether it is shown only after a warning.
    """

    waiting: Waiting
    shown: Shown
    holder: str | None
    mine: bool
    replied: bool
    heavy: bool


@dataclass(frozen=True)
class Offer:
    """A topic or a place that can be sent with one tap, with what the person would get, in the language of the page."""

    key: str
    name: str
    messages: Sequence[Markup]


@dataclass(frozen=True)
class Message:
    """One message between asker and volunteers; `foreign` when it stands in the asker's language."""

    author: str | None
    text: str | Markup
    foreign: bool


def render_queue(visit: Visit, session: Session, account: Account, languages: Sequence[str]) -> Response:
    """Return the page of what waits."""
    lines = [
        Line(
            waiting,
            _show(visit, waiting.item),
            find_holder(waiting.item, account, visit.now),
            _is_mine(waiting.item, account, visit.now),
            bool(waiting.item.messages),
            is_heavy(visit, waiting.item),
        )
        for waiting in list_waiting(session, account, visit.now, languages)
    ]
    return visit.render(
        "review_queue.html",
        lines=lines,
        waiting=count_waiting(session, account, visit.now),
        proposed=[
            (_show(visit, item), read_draft(item, visit.services.vault).text)
            for item in list_proposed(session, account)
        ],
        account=account,
        free=any(not line.holder for line in lines),
        paused_until=account.paused_until if is_paused(account, visit.now) else None,
        wanted=languages[0] if languages else "",
    )


def render_item(visit: Visit, session: Session, account: Account, item: ReviewItem, problem: str = "") -> Response:
    """Return the page of one item that the person holds, with all ways to resolve it."""
    content, vault = visit.content, visit.services.vault
    draft, places = read_draft(item, vault), rank_counselling(item, content)
    chat, shown = session.get(Chat, item.chat_key), _show(visit, item)
    text = visit.text("text") or draft.text
    return visit.render(
        "review_item.html",
        status=400 if problem else 200,
        shown=shown,
        messages=_list_messages(visit, item),
        draft=draft,
        text=text,
        seen=_draw_answer(item, text),
        near=[Offer(topic, title, _preview_topic(visit, topic)) for topic, title in shown.near],
        topic_note=visit.text("note") or _prefill_note(visit, item),
        until=_tell_time(visit.strings, item.claimed_until),
        care=bool(find_care(item, content)),
        fields=_list_topics(visit),
        best=[Offer(place.id, place.name, [_preview_place(visit, place)]) for place in places[:_BEST]],
        places=places[_BEST:],
        blocks=list_text_blocks(get_strings(item.language)),
        ticked=visit.form.getlist("also") or visit.request.query_params.getlist("also"),
        alike=[(other.id, _draw_question(visit, other)) for other in list_alike(session, item, account, visit.now)],
        blocked=chat is None or chat.blocked_at is not None,
        watched=not is_experienced(account),
        problem=problem,
    )


def render_kept(visit: Visit, item: ReviewItem) -> Response:
    """Return the part of the page that says that the draft is kept, and shows it as the person would see it."""
    seen = _draw_answer(item, visit.text("text"))
    return visit.render("review_kept.html", shown=_show(visit, item), seen=seen)


def render_held(visit: Visit, session: Session, account: Account, status: int = 200) -> Response:
    """Return the page that says who has the item, or that it waits for a second pair of eyes.

    What the person had written meanwhile stands there, to be copied.
    """
    item = get_item(session, visit.number(), account)
    holder = find_holder(item, account, visit.now)
    until = _tell_time(visit.strings, item.claimed_until)
    written = visit.text("text") or visit.text("note")
    return visit.render(
        "review_held.html", status=status, shown=_show(visit, item), holder=holder, until=until, written=written
    )


def render_closed(visit: Visit, account: Account, item: ReviewItem) -> Response:
    """Return what became of a closed item, for editors and admins; raises NotFoundError for others."""
    if account.role is Role.VOLUNTEER or item.resolution is Resolution.WITHDRAWN:
        raise NotFoundError("there is no such open question")
    if wants_warning(visit, item):
        return visit.render("review_warning.html", item=item)
    return visit.render(
        "review_closed.html",
        shown=_show(visit, item),
        messages=_list_messages(visit, item),
        resolution=name_resolution(visit.strings, item.resolution),
        reply=_describe_reply(visit, item.resolution, item.sealed_reply),
        foreign=item.resolution is Resolution.ANSWER,
    )


def render_wanted(visit: Visit, items: Sequence[ReviewItem]) -> Response:
    """Return the page of the questions that need a new topic."""
    wanted = [(_show(visit, item), _describe_reply(visit, item.resolution, item.sealed_reply)) for item in items]
    return visit.render("review_wanted.html", wanted=wanted)


def wants_warning(visit: Visit, item: ReviewItem) -> bool:
    """Tell whether the person is to be warned before they read a question, and has not yet said to show it."""
    return visit.query("show") != "yes" and is_heavy(visit, item)


def is_heavy(visit: Visit, item: ReviewItem) -> bool:
    """Tell whether a question is shown only after a warning."""
    services = visit.services
    return is_distressing(item, visit.content, services.vault, services.conversation.find_crisis)


def name_resolution(strings: Strings, resolution: Resolution | None) -> str:
    """Return how an item ended, in words."""
    say = strings.gettext
    names = {
        Resolution.ANSWER: say("answered in a volunteer's words"),
        Resolution.TOPIC: say("answered with a topic"),
        Resolution.REFERRAL: say("sent to a counselling place"),
        Resolution.NEW_TOPIC: say("needs a new topic"),
        Resolution.ESCALATED: say("escalated: the person got the emergency numbers"),
        Resolution.UNCLEAR: say("closed: not understood"),
        Resolution.SPAM: say("closed: no question"),
        Resolution.WITHDRAWN: say("taken back by the person"),
        Resolution.NOTED: say("looked at"),
    }
    return names[resolution] if resolution else ""


def _is_mine(item: ReviewItem, account: Account, now: dt.datetime) -> bool:
    """Tell whether the person has opened the item and holds it still."""
    held = item.claimed_until is not None and item.claimed_until > now
    return held and item.status is ReviewStatus.CLAIMED and item.claimed_by == account.name


def _draw_answer(item: ReviewItem, text: str) -> Markup | None:
    """Return own words as the person sees them on Telegram; None for no words."""
    return _draw(sign_words(text, get_strings(item.language)), item.language) if text else None


def _preview_topic(visit: Visit, topic: str) -> list[Markup]:
    reader = make_reader(visit.language, Group.UNKNOWN, visit.services.clock)
    return [_draw(part.text, visit.language) for part in build_answer(topic, visit.published, reader)]


def _preview_place(visit: Visit, place: Place) -> Markup:
    reader = make_reader(visit.language, Group.UNKNOWN, visit.services.clock)
    return _draw(describe_place(None, place, visit.content, reader), visit.language)


def _draw(text: str, language: str) -> Markup:
    return draw_message(text, get_language(language))


def _show(visit: Visit, item: ReviewItem) -> Shown:
    content = visit.published
    near = [(topic, find_title(topic, content, visit.language)) for topic in list_near_topics(item, content)]
    return Shown(
        item,
        _draw_question(visit, item),
        near,
        get_language(item.language).direction,
        item.kind is ItemKind.UNHELPFUL,
    )


def _draw_question(visit: Visit, item: ReviewItem) -> Markup:
    return draw_marks(read_question(item, visit.services.vault), visit.language)


def _list_messages(visit: Visit, item: ReviewItem) -> list[Message]:
    shown = []
    for message in item.messages:
        if message.resolution is None:
            written = draw_marks(str(visit.services.vault.open(message.sealed_text)), visit.language)
            shown.append(Message(None, written, foreign=True))
        else:
            reply = _describe_reply(visit, message.resolution, message.sealed_text)
            text = reply or name_resolution(visit.strings, message.resolution)
            shown.append(Message(message.author, text, foreign=message.resolution is Resolution.ANSWER))
    return shown


def _describe_reply(visit: Visit, resolution: Resolution | None, sealed: bytes | None) -> str:
    """Return a volunteer's words, or the name of the topic or place that was sent."""
    said = str(visit.services.vault.open(sealed)) if sealed else ""
    if resolution is Resolution.TOPIC and said in visit.content.topics:
        return find_title(said, visit.content, visit.language)
    if resolution is Resolution.REFERRAL and said in visit.content.places:
        return visit.content.places[said].name
    return said


def _list_topics(visit: Visit) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the topics to choose from, by field, in the language of the page."""
    content = visit.published
    return [
        (
            content.field_names[visit.language][field.id],
            [(topic.id, find_title(topic.id, content, visit.language)) for topic in field.topics],
        )
        for field in content.tree.fields
    ]


def _prefill_note(visit: Visit, item: ReviewItem) -> str:
    """Return the beginning of a note for the editors; the person's own words stay out of it."""
    say = visit.strings.gettext
    titles = [title for _, title in _show(visit, item).near]
    near = say("Near: {topics}.", topics=visit.strings.listing(titles)) if titles else say("No topic came near.")
    asked = say("Asked in: {language}.", language=visit.strings.language_name(item.language))
    return f"{asked} {near}\n{say('The answer should say:')} "


def _tell_time(strings: Strings, time: dt.datetime | None) -> str:
    return strings.time(find_time(time)) if time else ""
