"""Oneself and, for admins, everybody at the desk."""

import segno
from starlette.responses import Response

from bot.desk.permissions import Permission
from bot.desk.visit import SESSION_COOKIE, Visit
from bot.errors import BotError, NotFoundError, SignInError
from bot.languages import LANGUAGES, TAGS
from bot.models import Account
from bot.services.claiming_items import is_experienced, is_paused, release_all, trust
from bot.services.managing_accounts import add_account, change_account, list_accounts
from bot.services.sharing_state import find_username
from bot.services.signing_in import (
    close_sessions,
    confirm_totp,
    describe_totp,
    make_link,
    make_totp_secret,
    open_session,
    set_password,
)
from bot.states import LinkPurpose, Role


def show_me(visit: Visit, problem: str = "", status: int = 200) -> Response:
    """Show what a person can set for themselves."""
    secret = make_totp_secret(visit.signed_in, visit.services.vault)
    address = describe_totp(secret, visit.signed_in.name)
    return visit.render(
        "me.html",
        status=status,
        problem=problem,
        totp_secret=secret,
        totp_picture=segno.make(address).svg_data_uri(scale=5, border=2, light="#fff"),
        wants_totp=visit.may(Permission.PUBLISH),
        languages=LANGUAGES,
        paused=is_paused(visit.signed_in, visit.now),
    )


def change_password(visit: Visit) -> Response:
    """Set a new password; every other browser is signed out."""
    if visit.password("password") != visit.password("again"):
        return show_me(visit, visit.strings.gettext("The two passwords are not the same."), 400)
    try:
        with visit.writing() as session:
            account = session.get_one(Account, visit.signed_in.id)
            set_password(account, visit.password("password"))
            close_sessions(session, account.id)
            token = open_session(session, account, visit.now, second_factor=visit.signed_in.second_factor)
    except SignInError:
        return show_me(visit, visit.strings.gettext("A password needs at least twelve characters."), 400)
    todo = visit.may(Permission.PUBLISH) and not visit.signed_in.has_totp
    note = visit.strings.gettext("The password is saved. Other browsers are signed out.")
    response = visit.go("/me" if todo else "/", note)
    visit.set_cookie(response, SESSION_COOKIE, token)
    return response


def set_up_totp(visit: Visit) -> Response:
    """Set the second factor up with its first code; an existing one is replaced only from a session that has it."""
    if visit.signed_in.has_totp and not visit.signed_in.second_factor:
        return visit.go("/signin/code", after="/me")
    try:
        with visit.writing() as session:
            account = session.get_one(Account, visit.signed_in.id)
            secret = make_totp_secret(visit.signed_in, visit.services.vault)
            confirm_totp(account, secret, visit.text("code"), visit.services.vault, visit.now)
            close_sessions(session, account.id)
            token = open_session(session, account, visit.now, second_factor=True)
    except SignInError:
        return show_me(visit, visit.strings.gettext("This code is wrong. Wait for the next one and try again."), 400)
    response = visit.go("/me", visit.strings.gettext("The second factor is set up."))
    visit.set_cookie(response, SESSION_COOKIE, token)
    return response


def sign_out_everywhere(visit: Visit) -> Response:
    """End all sessions and links of oneself."""
    with visit.writing() as session:
        close_sessions(session, visit.signed_in.id)
    response = visit.go("/signin", visit.strings.gettext("You are signed out everywhere."))
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response


def connect_own_chat(visit: Visit) -> Response:
    """Show the link that connects the person's own chat with the bot, where sign-in links then go."""
    with visit.writing() as session:
        account = session.get_one(Account, visit.signed_in.id)
        token = make_link(session, account, LinkPurpose.CONNECT, visit.now)
        username = find_username(session)
    return visit.render("connect.html", token=token, username=username)


def pause_me(visit: Visit) -> Response:
    """Show no questions until a day, or show them again; what the person held is free for others."""
    ends, until = visit.text("do") == "end", visit.day("until")
    if not ends and (until is None or until <= visit.now):
        return show_me(visit, visit.strings.gettext("Choose the day on which you are back: tomorrow or later."), 400)
    with visit.writing() as session:
        account = session.get_one(Account, visit.signed_in.id)
        account.paused_until = None if ends else until
        release_all(session, account, visit.now)
    if ends or until is None:
        return visit.go("/", visit.strings.gettext("Welcome back."))
    date = visit.strings.date(until.date())
    return visit.go("/", visit.strings.gettext("Questions come again from {date}. Look after yourself.", date=date))


def end_tour(visit: Visit) -> Response:
    """Remember that the short tour was seen."""
    with visit.writing() as session:
        session.get_one(Account, visit.signed_in.id).toured = True
    return visit.go(visit.text("after") if visit.text("after") in {"/", "/review/next"} else "/")


def show_people(visit: Visit, invitation: tuple[str, str] | None = None, problem: str = "") -> Response:
    """Show everybody, with a form to invite a person."""
    with visit.reading() as session:
        accounts = list_accounts(session)
        return visit.render(
            "people.html",
            status=400 if problem else 200,
            accounts=accounts,
            is_experienced=is_experienced,
            roles=list(Role),
            languages=LANGUAGES,
            invitation=invitation,
            problem=problem,
        )


def invite(visit: Visit) -> Response:
    """Register a person and show the link that lets them in the first time."""
    name, role = visit.text("name"), visit.text("role")
    languages = [tag for tag in visit.form.getlist("language") if tag in TAGS]
    if not name or role not in set(Role):
        return show_people(visit, problem=visit.strings.gettext("Give a name and a role."))
    try:
        with visit.writing() as session:
            account = add_account(session, name, Role(role), languages or list(TAGS), visit.now)
            session.flush()
            token = make_link(session, account, LinkPurpose.INVITE, visit.now)
    except BotError:
        return show_people(visit, problem=visit.strings.gettext("This name is taken. Choose another one."))
    return show_people(visit, invitation=(name, f"{visit.desk_url}/link/{token}"))


def change(visit: Visit) -> Response:
    """Change role, languages or whether somebody takes part; or make a new first link for them."""
    number = visit.number()
    if number == visit.signed_in.id:
        return show_people(visit, problem=visit.strings.gettext("You cannot change your own role. Ask another admin."))
    with visit.writing() as session:
        account = session.get(Account, number)
        if account is None:
            raise NotFoundError("there is no such person")
        if visit.text("do") == "link":
            token = make_link(session, account, LinkPurpose.INVITE, visit.now)
            name = account.name
        else:
            active = visit.text("active") == "yes"
            role = Role(visit.text("role")) if visit.text("role") in set(Role) else account.role
            languages = [tag for tag in visit.form.getlist("language") if tag in TAGS]
            trust(account, practised=visit.text("practised") == "yes")
            if changed := (role, languages, active) != (account.role, account.languages, account.active):
                change_account(account, role, languages, active=active)
                close_sessions(session, account.id)
            token = name = ""
    if token:
        return show_people(visit, invitation=(name, f"{visit.desk_url}/link/{token}"))
    say = visit.strings.gettext
    if not active:
        return visit.go("/people", say("Saved. The person does not take part for now, and is signed out."))
    return visit.go("/people", say("Saved. The person has to sign in again.") if changed else say("Saved."))
