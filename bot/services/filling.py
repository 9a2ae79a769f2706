"""Fills the placeholders of an answer with facts, as the reader's language writes them."""

import datetime as dt

from bot.errors import ContentError
from bot.i18n import Strings
from bot.messages.content import PLACEHOLDER, Content, Event, Place, Rule
from bot.services.telling_hours import describe_hours


def fill_text(text: str, content: Content, strings: Strings, today: dt.date) -> str:
    """Return the text with every {fact.field} replaced; raises ContentError when there is no such fact or field.

    A figure of a rule that is open, expired or not yet in force shows no number, only that it is changing.
    """
    return PLACEHOLDER.sub(lambda match: _find_value(match[1], match[2], content, strings, today), text)


def _find_value(key: str, field: str, content: Content, strings: Strings, today: dt.date) -> str:
    fact = content.find_fact(key)
    if isinstance(fact, Rule) and field in fact.figures:
        fact = content.follow_rule(fact, today)
        if not fact.usable(today):
            return strings.gettext("(this rule is changing: please ask a counselling centre)")
        figure = fact.figures[field]
        return strings.figure(figure.value, figure.unit)
    value = getattr(fact, field, None) if isinstance(fact, Place | Event) else None
    if not value:
        raise ContentError(f"the placeholder {{{key}.{field}}} names no fact")
    if field == "hours":
        return describe_hours(str(value), strings) or str(value)
    if field in {"last_date", "next_date"}:
        return strings.partial_date(str(value))
    return str(value)
