"""Forms of facts: what a person typed becomes the body of an entry, or a sentence beside each field that is wrong."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.desk.visit import Visit
from bot.i18n import Strings
from bot.messages.content import Figure
from bot.services.finding_uses import list_shown_topics
from bot.services.keeping_facts import FactKind, mark_confirmed
from bot.services.reading_fields import (
    Fault,
    FieldError,
    keep_order,
    read_date,
    read_email,
    read_number,
    read_partial_date,
    read_phone,
    read_url,
)
from bot.services.writing_hours import DAYS, join_week, read_day, read_other_hours, split_week

T = TypeVar("T")
Body = dict[str, Any]
LISTS = ("topics", "groups", "languages", "figure", "amount", "unit")
# What a confirmation does not cover: changed, it stands as it was.
_FOR_STAFF = frozenset({"note", "topics", "groups", "seen", "confirmed_by", "confirmed_on", "volatile"})
_EMPTY_FIGURES = 2
_FIGURE_NAME = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
UNITS: tuple[str, ...] = Figure.model_fields["unit"].annotation.__args__  # type: ignore[union-attr]


@dataclass(frozen=True)
class FactForm:
    """A form that was sent.

    Attributes:
        before: the body that is changed; empty for a new fact.
        problems: what is wrong, by the name of the field.
    """

    visit: Visit
    kind: FactKind
    before: Mapping[str, Any]
    problems: dict[str, str] = field(default_factory=dict)

    def read(self, key: str) -> Body:
        """Return the body as it is to be, and fill `problems`."""
        readers = {FactKind.PLACES: _read_place, FactKind.EVENTS: _read_event, FactKind.RULES: _read_rule}
        body: Body = {**self.before, "id": key, **readers[self.kind](self), **self._read_origin(key)}
        return self._read_confirmation({name: value for name, value in body.items() if value not in (None, "", [], {})})

    def wrong(self, name: str, fault: Fault) -> None:
        """Note what is the matter with a field; the first thing counts."""
        self.problems.setdefault(name, word_fault(fault, self.visit.strings))

    def text(self, name: str, *, required: bool = False, longest: int = 4000) -> str | None:
        """Return a field, None when it is empty."""
        text = " ".join(self.visit.text(name).split())
        if required and not text:
            self.wrong(name, Fault.MISSING)
        if len(text) > longest:
            self.wrong(name, Fault.TOO_LONG)
        return text or None

    def take(self, name: str, read: Callable[[str], T], *, required: bool = False) -> T | None:
        """Return a field as it is read; None when it is empty or wrong."""
        text = self.text(name, required=required)
        if not text:
            return None
        try:
            return read(text)
        except FieldError as error:
            self.wrong(name, error.fault)
            return None

    def many(self, name: str) -> list[str]:
        """Return what was sent several times under a name."""
        return [value for value in self.visit.form.getlist(name) if isinstance(value, str)]

    def ticked(self, name: str, kept: Collection[str] = ()) -> list[str]:
        """Return the ticked boxes and what is kept anyway: in the order that was there, the new ones at the end."""
        return keep_order((*self.many(name), *kept), self.before.get(name, ()))

    def _read_origin(self, key: str) -> Body:
        content = self.visit.content
        # Topics of conversation are not for staff to choose; those that the fact has stay.
        kept = content.conversation & set(self.before.get("topics", ()))
        topics = [topic for topic in self.ticked("topics", kept) if topic in content.topics]
        if not topics:
            self.wrong("topics", Fault.MISSING)
        elif not list_shown_topics(content, key) <= set(topics):
            self.wrong("topics", Fault.SHOWN)
        return {
            "topics": topics,
            "source_url": self._read_source(),
            "source_date": self.take("source_date", read_partial_date),
            "seen": self.visit.today.isoformat(),
            "note": self.text("note"),
            "volatile": bool(self.before.get("volatile", True)),
        }

    def _read_source(self) -> str | None:
        """Return where the fact is from: its own web page unless another one is named."""
        named = self.text("source_url") or not self.text("url")
        return self.take("source_url" if named else "url", read_url, required=True)

    def _read_confirmation(self, body: Body) -> Body:
        """Return the body with its confirmation: a new one, or the old one while nothing that it covers has changed."""
        if self.visit.text("confirmed") == "yes":
            office = self.text("confirmed_by", required=True, longest=160)
            return body | mark_confirmed(office or "", self.visit.today)
        if is_same(self.before, body, but=_FOR_STAFF):
            return body
        return {name: value for name, value in body.items() if name not in {"confirmed_by", "confirmed_on"}}


def _read_place(form: FactForm) -> Body:
    return {
        "name": form.text("name", required=True, longest=160),
        "kind": form.visit.text("kind"),
        "address": form.text("address"),
        "district": form.text("district"),
        "address_secret": form.visit.text("address_secret") == "yes",
        "phone": _read_phone(form),
        "email": form.take("email", read_email),
        "url": form.take("url", read_url),
        "hours": _read_hours(form),
        "languages": form.ticked("languages"),
        "groups": form.ticked("groups"),
    }


def _read_phone(form: FactForm) -> str | None:
    phone, known = form.take("phone", read_phone), form.before.get("phone")
    # The same number in other groups of digits is no change.
    same = phone and known and phone.replace(" ", "") == known.replace(" ", "")
    return known if same else phone


def _read_hours(form: FactForm) -> str | None:
    week = tuple(form.take(f"hours-{day}", read_day) or "" for day in range(len(DAYS)))
    other = form.take("hours-other", read_other_hours)
    if other and any(week):
        form.wrong("hours-other", Fault.HOURS_TWICE)
    known = form.before.get("hours", "")
    if any(week) and split_week(known) == week:
        return str(known)  # the same hours, in the words in which they were written
    return other or join_week(week) or None


def _read_event(form: FactForm) -> Body:
    next_date = form.take("next_date", read_date)
    if next_date and next_date < form.visit.today.isoformat():
        form.wrong("next_date", Fault.PAST)
    return {
        "name": form.text("name", required=True, longest=160),
        "organiser": form.text("organiser", required=True, longest=160),
        "next_date": next_date,
        "last_date": form.take("last_date", read_partial_date),
        "address": form.text("address"),
        "url": form.take("url", read_url),
        "ask": form.text("ask"),
    }


def _read_rule(form: FactForm) -> Body:
    begins, ends = form.take("valid_from", read_date), form.take("valid_until", read_date)
    if begins and ends and ends < begins:
        form.wrong("valid_until", Fault.ORDER)
    figures = _read_figures(form)
    following = form.text("replaced_by")
    if following and not _follows(form, following, ends, figures):
        form.wrong("replaced_by", Fault.REPLACEMENT)
    return {
        "statement": form.text("statement", required=True),
        "groups": form.ticked("groups"),
        "force": form.visit.text("force"),
        "valid_from": begins,
        "valid_until": ends,
        "replaced_by": following,
        "figures": figures,
    }


def _read_figures(form: FactForm) -> Body:
    figures: Body = {}
    for name, amount, unit in zip(form.many("figure"), form.many("amount"), form.many("unit"), strict=False):
        if not name.strip() and not amount.strip():
            continue
        key = "_".join(name.lower().replace("-", " ").split())
        if not _FIGURE_NAME.fullmatch(key) or key in figures:
            form.wrong("figures", Fault.FIGURE)
            continue
        try:
            figures[key] = {"value": read_number(amount), "unit": unit}
        except FieldError as error:
            form.wrong("figures", error.fault)
    return figures


def _follows(form: FactForm, key: str, ends: str | None, figures: Body) -> bool:
    """Tell whether a rule begins the day after this one ends and has its figures, as the bot needs it."""
    rule = form.visit.content.rules.get(key)
    if rule is None or ends is None or not figures.keys() <= rule.figures.keys():
        return False
    return rule.valid_from == dt.date.fromisoformat(ends) + dt.timedelta(days=1)


def is_same(before: Mapping[str, Any], body: Mapping[str, Any], *, but: Collection[str]) -> bool:
    """Tell whether two bodies say the same, some fields aside; an empty field is none."""
    names = (before.keys() | body.keys()) - set(but)
    return all((before.get(name) or None) == (body.get(name) or None) for name in names)


def show_body(body: Mapping[str, Any], today: dt.date) -> Body:
    """Return a body as the fields of its form show it."""
    shown: Body = {name: body.get(name, []) for name in ("topics", "groups", "languages")}
    shown |= {name: value for name, value in body.items() if isinstance(value, str)}
    shown["address_secret"] = "yes" if body.get("address_secret") else ""
    week = split_week(body.get("hours", ""))
    shown["hours-other"] = body.get("hours", "") if week is None else ""
    shown |= {f"hours-{day}": hours for day, hours in enumerate(week or [""] * len(DAYS))}
    figures = [(name, str(each["value"]), each["unit"]) for name, each in body.get("figures", {}).items()]
    shown["figures"] = figures + [("", "", UNITS[0])] * _EMPTY_FIGURES
    if body.get("next_date", "9") < today.isoformat():  # over: what was next is now the last one
        shown |= {"next_date": "", "last_date": body["next_date"]}
    return shown


def show_sent(visit: Visit) -> Body:
    """Return what was sent as the fields of the form show it again."""
    shown: Body = {name: visit.text(name) for name in visit.form if name not in LISTS}
    shown |= {name: list(visit.form.getlist(name)) for name in LISTS}
    shown["figures"] = list(zip(shown["figure"], shown["amount"], shown["unit"], strict=False))
    return shown


def word_fault(fault: Fault, strings: Strings) -> str:
    """Return what is the matter with a field, and what to do."""
    say = strings.gettext
    return {
        Fault.MISSING: say("Please fill this in."),
        Fault.PHONE: say("This number cannot be called. Write it with its area code, or a short number such as 115."),
        Fault.EMAIL: say("This is no e-mail address. One has an @ and ends like .de"),
        Fault.URL: say("This is no link. Copy it from the address line of the browser."),
        Fault.DATE: say("This is no day. Write it like 05.12.2026 or 2026-12-05."),
        Fault.PARTIAL_DATE: say("Write a year, a month or a day: 2026, 12.2026 or 05.12.2026."),
        Fault.PAST: say("This day is over. Write the next one, or leave it empty."),
        Fault.NUMBER: say("This is no number. Write it like 2,29 or 563."),
        Fault.DAY_HOURS: say("Write hours like 9-12, 13:30-16 or 14+ for an open end; empty when closed."),
        Fault.OTHER_HOURS: say(
            'These hours cannot be read. Put plain words in quotation marks, like "by appointment".'
        ),
        Fault.HOURS_TWICE: say("Hours are written by weekday or in this field, not in both. Empty one of them."),
        Fault.ORDER: say("It ends before it begins. Look at both days."),
        Fault.REPLACEMENT: say(
            "The next rule has to begin the day after this one ends, and to have all of its figures."
        ),
        Fault.TOPIC: say("There is no such topic. Write the names from the list below, with a space between them."),
        Fault.SHOWN: say("A topic that you took out shows this. Leave it ticked."),
        Fault.NAME_TAKEN: say("An event of this name is there already. Change its date on its own page."),
        Fault.FIGURE: say("Give each number its own short name of letters, such as fee."),
        Fault.TOO_LONG: say("This is too long. Please shorten it."),
    }[fault]


def name_fields(strings: Strings) -> dict[str, str]:
    """Return the names of the fields of facts."""
    say = strings.gettext
    return {
        "id": say("Short name"),
        "name": say("Name"),
        "kind": say("What it is"),
        "address": say("Address"),
        "district": say("District"),
        "address_secret": say("The address is secret"),
        "phone": say("Phone"),
        "email": say("E-mail"),
        "url": say("Web page"),
        "hours": say("Opening hours"),
        "languages": say("Languages spoken there"),
        "groups": say("Only for these people"),
        "organiser": say("Organiser"),
        "next_date": say("Day"),
        "last_date": say("Last day it took place"),
        "ask": say("Who knows the next day"),
        "statement": say("What the rule says"),
        "force": say("Is it in force?"),
        "valid_from": say("Valid from"),
        "valid_until": say("Valid until"),
        "replaced_by": say("Followed by"),
        "figures": say("Numbers"),
        "topics": say("Topics"),
        "source_url": say("Source"),
        "source_date": say("Date of the source"),
        "seen": say("Last looked at"),
        "confirmed_by": say("Confirmed by"),
        "confirmed_on": say("Confirmed on"),
        "note": say("Note for colleagues"),
        "volatile": say("Likely to change"),
    }


def name_kinds(strings: Strings) -> list[tuple[str, str]]:
    """Return the kinds of places with their names."""
    say = strings.gettext
    return [
        ("office", say("office")),
        ("counselling", say("counselling centre")),
        ("course_provider", say("course provider")),
        ("doctor", say("doctor or clinic")),
        ("employer_service", say("service around work")),
        ("helpline", say("helpline")),
        ("housing", say("housing")),
        ("meeting_place", say("meeting place")),
        ("portal", say("web page")),
    ]
