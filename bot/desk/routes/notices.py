"""Notices above answers, and the switch that pauses the bot."""

import datetime as dt

from starlette.responses import Response

from bot.desk.presenting import find_day
from bot.desk.visit import Visit
from bot.i18n import Strings
from bot.languages import LANGUAGES, TAGS
from bot.models import Notice
from bot.services.listing_standings import find_german_title
from bot.services.managing_notices import (
    LONGEST,
    Mistake,
    NoticeDraft,
    change_notice,
    end_notice,
    find_pause,
    get_notice,
    list_notices,
    pause_bot,
    put_up_notice,
    resume_bot,
)

_DAY = dt.timedelta(days=1)


def show_notices(visit: Visit, problem: str = "", pause_problem: str = "") -> Response:
    """Show what the bot says above its answers, the form for one more, and the switch."""
    with visit.reading() as session:
        return visit.render(
            "notices.html",
            status=400 if problem or pause_problem else 200,
            notices=list_notices(session),
            pause=find_pause(session, visit.now),
            problem=problem,
            pause_problem=pause_problem,
            typed=_keep_typed(visit),
            last_day=_tell_last_day,
            **_list_choices(visit),
        )


def put_up(visit: Visit) -> Response:
    """Put a notice up."""
    draft = _read_draft(visit)
    if mistakes := draft.find_mistakes(visit.now):
        return show_notices(visit, problem=_tell_mistakes(mistakes, visit.strings))
    with visit.writing() as session:
        put_up_notice(session, draft, visit.signed_in.name, visit.now)
    return visit.go("/notices", _tell_when(visit, draft))


def show_notice(visit: Visit, problem: str = "") -> Response:
    """Show the form of a notice."""
    with visit.reading() as session:
        notice = get_notice(session, visit.number())
        return visit.render(
            "notice.html",
            status=400 if problem else 200,
            notice=notice,
            problem=problem,
            typed=_keep_typed(visit) if visit.form else _describe(notice),
            **_list_choices(visit),
        )


def change(visit: Visit) -> Response:
    """Store what was written in place of a notice."""
    draft = _read_draft(visit)
    if mistakes := draft.find_mistakes(visit.now):
        return show_notice(visit, _tell_mistakes(mistakes, visit.strings))
    with visit.writing() as session:
        change_notice(session, get_notice(session, visit.number()), draft, visit.signed_in.name, visit.now)
    return visit.go("/notices", _tell_when(visit, draft))


def end(visit: Visit) -> Response:
    """Take a notice down."""
    with visit.writing() as session:
        end_notice(session, get_notice(session, visit.number()), visit.now)
    return visit.go("/notices", visit.strings.gettext("The notice is down."))


def pause(visit: Visit) -> Response:
    """Let the bot say one sentence and nothing else, save in acute danger."""
    draft = NoticeDraft(_read_texts(visit), visit.now)
    if mistakes := draft.find_mistakes(visit.now):
        return show_notices(visit, pause_problem=_tell_mistakes(mistakes, visit.strings))
    with visit.writing() as session:
        pause_bot(session, draft.texts, visit.signed_in.name, visit.now)
    return visit.go("/notices", visit.strings.gettext("The bot is paused within five seconds."))


def resume(visit: Visit) -> Response:
    """Let the bot answer again."""
    with visit.writing() as session:
        resume_bot(session, visit.now)
    return visit.go("/notices", visit.strings.gettext("The bot answers again within five seconds."))


def _tell_when(visit: Visit, draft: NoticeDraft) -> str:
    """Return from when on the bot says it."""
    if draft.starts_at <= visit.now:
        return visit.strings.gettext("Saved. The bot says it within five seconds.")
    date = visit.strings.date(find_day(draft.starts_at))
    return visit.strings.gettext("Saved. The bot says it from {date} on.", date=date)


def _list_choices(visit: Visit) -> dict[str, object]:
    """Return what the form offers."""
    content = visit.content
    topics = [(topic, find_german_title(content, topic)) for topic in content.city]
    return {
        "languages": LANGUAGES,
        "longest": LONGEST,
        "topics": [("", visit.strings.gettext("all topics")), *topics],
        "titles": dict(topics),
    }


def _read_draft(visit: Visit) -> NoticeDraft:
    topic = visit.text("topic")
    begin, last = visit.day("starts"), visit.day("ends")
    return NoticeDraft(
        _read_texts(visit),
        begin or visit.now,
        last + _DAY if last else None,  # the last day counts
        topic if topic in visit.content.topics else None,
    )


def _read_texts(visit: Visit) -> dict[str, str]:
    return {tag: text for tag in TAGS if (text := visit.text(f"text-{tag}"))}


def _tell_last_day(moment: dt.datetime) -> dt.date:
    """Return the last day that a notice with this end was shown on."""
    return find_day(moment - dt.timedelta(microseconds=1))


def _keep_typed(visit: Visit) -> dict[str, str]:
    """Return what was typed; at first the day of today."""
    typed = {name: visit.text(name) for name in ("topic", "starts", "ends", *(f"text-{tag}" for tag in TAGS))}
    return typed if visit.form else typed | {"starts": visit.today.isoformat()}


def _describe(notice: Notice) -> dict[str, str]:
    """Return a notice as its form shows it."""
    return {
        "topic": notice.topic or "",
        "starts": find_day(notice.starts_at).isoformat(),
        "ends": _tell_last_day(notice.ends_at).isoformat() if notice.ends_at else "",
        **{f"text-{tag}": notice.texts.get(tag, "") for tag in TAGS},
    }


def _tell_mistakes(mistakes: tuple[Mistake, ...], strings: Strings) -> str:
    said = {
        Mistake.NO_GERMAN: strings.gettext("Write the sentence in German: every reader can have that one."),
        Mistake.TOO_LONG: strings.gettext("A notice is one sentence: at most {limit} characters.", limit=LONGEST),
        Mistake.ENDS_BEFORE_IT_BEGINS: strings.gettext("The last day comes before the first one. Choose a later day."),
        Mistake.OVER: strings.gettext("The last day is over. Choose today or a later day."),
    }
    return " ".join(said[mistake] for mistake in mistakes)
