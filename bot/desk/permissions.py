"""Who may do what: the one table."""

from collections.abc import Mapping
from enum import StrEnum

from bot.services.signing_in import Person
from bot.states import Role


class Permission(StrEnum):
    """What a page asks for."""

    ANYBODY = "anybody"  # no sign-in: the sign-in page itself, style sheets
    SIGN_IN = "sign_in"  # the password was right, the code is still to come
    SIGNED_IN = "signed_in"  # everybody at the desk: help, own settings
    REVIEW = "review"  # questions that people released
    TRANSLATE = "translate"  # propose and review texts
    EDIT = "edit"  # see and propose facts, answers, notices
    PUBLISH = "publish"  # what goes live
    ADMINISTER = "administer"  # people, the pause switch


_V, _T, _E, _A = Role.VOLUNTEER, Role.TRANSLATOR, Role.EDITOR, Role.ADMIN

MAY: Mapping[Permission, frozenset[Role]] = {
    Permission.SIGNED_IN: frozenset({_V, _T, _E, _A}),
    Permission.REVIEW: frozenset({_V, _E, _A}),
    Permission.TRANSLATE: frozenset({_T, _E, _A}),
    Permission.EDIT: frozenset({_E, _A}),
    Permission.PUBLISH: frozenset({_E, _A}),
    Permission.ADMINISTER: frozenset({_A}),
}
WITH_SECOND_FACTOR = frozenset({Permission.PUBLISH, Permission.ADMINISTER})


class Verdict(StrEnum):
    """Whether a person may open a page, and else what is missing."""

    YES = "yes"
    SIGN_IN = "sign_in"
    CODE = "code"  # the second factor of this sign-in
    SECOND_FACTOR = "second_factor"  # a second factor is to be set up first
    NO = "no"


def judge_access(person: Person | None, permission: Permission) -> Verdict:
    """Return whether the person may do this; None is somebody who is not signed in."""
    if permission is Permission.ANYBODY:
        return Verdict.YES
    if person is None:
        return Verdict.SIGN_IN
    if permission is Permission.SIGN_IN:
        return Verdict.YES
    if not person.pending and person.role not in MAY[permission]:
        return Verdict.NO
    wanting = permission in WITH_SECOND_FACTOR and not person.second_factor
    if person.pending or (wanting and person.has_totp):
        return Verdict.CODE
    return Verdict.SECOND_FACTOR if wanting else Verdict.YES


def may(person: Person | None, permission: Permission) -> bool:
    """Tell whether the person's role allows it, whatever the second factor: for links and buttons."""
    return person is not None and not person.pending and person.role in MAY.get(permission, frozenset())
