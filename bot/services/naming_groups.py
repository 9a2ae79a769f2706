"""The papers in people's hands: asked by the German word printed on them, explained in the reader's language.

People know the paper, not the legal group; several papers lead to one group only where the rules are the same.
"""

from typing import Final

from bot.i18n import Strings
from bot.states import Group

# The order of the buttons: the most common papers first, the way out last.
ASKED: Final = (
    Group.TITLE,
    Group.UKRAINE_24,
    Group.ASYLUM_PROCEDURE,
    Group.TOLERATED,
    Group.EU,
    Group.SKILLED,
    Group.STUDENT,
    Group.SPAETAUSSIEDLER,
    Group.TITLE_25_5,
    Group.ASYLUM_SAFE_COUNTRY,
    Group.OBLIGED_TO_LEAVE,
    Group.MINOR_ALONE,
    Group.NONE,
    Group.UNKNOWN,
)


def name_group(group: Group, strings: Strings) -> str:
    """Return what a group's paper is called: the German word on it, then what it means."""
    names = {
        Group.TITLE: strings.gettext("Aufenthaltserlaubnis (residence permit)"),
        Group.TITLE_25_5: strings.gettext("Aufenthaltserlaubnis § 25 Abs. 5 (leaving is impossible)"),
        Group.UKRAINE_24: strings.gettext("§ 24 AufenthG (protection for people from Ukraine)"),
        Group.ASYLUM_PROCEDURE: strings.gettext("Aufenthaltsgestattung (asylum not decided yet)"),
        Group.ASYLUM_SAFE_COUNTRY: strings.gettext("Aufenthaltsgestattung (from a safe country of origin)"),
        Group.TOLERATED: strings.gettext("Duldung (deportation suspended)"),
        Group.OBLIGED_TO_LEAVE: strings.gettext("Grenzübertrittsbescheinigung (must leave)"),
        Group.EU: strings.gettext("Passport of an EU country"),
        Group.SPAETAUSSIEDLER: strings.gettext("Spätaussiedler (ethnic German resettler)"),
        Group.SKILLED: strings.gettext("Visa or permit for work, Blaue Karte EU (EU Blue Card)"),
        Group.STUDENT: strings.gettext("Visa or permit for studying"),
        Group.MINOR_ALONE: strings.gettext("Under 18, here without parents"),
        Group.NONE: strings.gettext("No papers"),
        Group.UNKNOWN: strings.gettext("I don't know / I'd rather not say"),
    }
    return names[group]
