"""Signing in: a name with a password, a code of the second factor, or a link that the bot sent."""

from starlette.responses import Response

from bot.desk.visit import LANGUAGE_COOKIE, LANGUAGES, SESSION_COOKIE, Visit
from bot.errors import SignInError
from bot.models import Account
from bot.services.managing_accounts import find_account
from bot.services.messaging_accounts import send_sign_in_link
from bot.services.signing_in import (
    check_password,
    check_totp,
    close_session,
    find_link,
    open_session,
    use_link,
)
from bot.states import LinkPurpose

_YEAR = 365 * 24 * 3600
_LETS_IN = frozenset({LinkPurpose.INVITE, LinkPurpose.SIGN_IN})


def show_sign_in(visit: Visit) -> Response:
    """Show the form for name and password, with the way to a link in Telegram."""
    if visit.person and not visit.person.pending:
        return visit.go("/")
    return visit.render("signin.html", after=_inside(visit.query("after", "/")), name="", problem="")


def sign_in(visit: Visit) -> Response:
    """Let a person in, or say that something was wrong, never what."""
    name, after = visit.text("name"), _inside(visit.text("after", "/"))
    if not visit.attempts.take(name, visit.address):
        problem = visit.strings.gettext("Too many tries. Please wait a quarter of an hour.")
        return visit.render("signin.html", status=429, after=after, name=name, problem=problem)
    try:
        with visit.writing() as session:
            account = check_password(session, name, visit.password("password"))
            token = open_session(session, account, visit.now)
            pending = account.sealed_totp is not None
    except SignInError:
        problem = visit.strings.gettext("Name or password is wrong. After five tries you have to wait.")
        return visit.render("signin.html", status=403, after=after, name=name, problem=problem)
    visit.attempts.forget(name)
    return _enter(visit, token, "/signin/code" if pending else after, after)


def send_link(visit: Visit) -> Response:
    """Send a link to the person's own chat with the bot; the page says the same whether there is one or not."""
    name = visit.text("name")
    if visit.attempts.take(f"link {name}", visit.address):
        with visit.writing() as session:
            account = find_account(session, name)
            if account is not None and account.sealed_chat is not None:
                send_sign_in_link(
                    session, account, visit.services.outbox, visit.services.vault, visit.now, visit.desk_url
                )
    note = visit.strings.gettext(
        "If this name is known and connected with Telegram, the bot has just sent a link. It works for ten minutes."
    )
    return visit.go("/signin", note)


def show_link(visit: Visit) -> Response:
    """Ask before the link is used: programs that only look at addresses must not use it up."""
    with visit.reading() as session:
        found = find_link(session, visit.param("token"), visit.now)
        if found is None or found[1] not in _LETS_IN:
            return visit.render("error.html", status=410, reason="link")
        account, purpose = found
        return visit.render("link.html", name=account.name, invited=purpose is LinkPurpose.INVITE)


def follow_link(visit: Visit) -> Response:
    """Use the link up and let its owner in."""
    try:
        with visit.writing() as session:
            account = use_link(session, visit.param("token"), visit.now, _LETS_IN)
            token = open_session(session, account, visit.now)
            pending, first = account.sealed_totp is not None, _is_new(account)
    except SignInError:
        return visit.render("error.html", status=410, reason="link")
    after = "/me" if first else "/"
    return _enter(visit, token, "/signin/code" if pending else after, after)


def show_code(visit: Visit) -> Response:
    """Ask for the code of the second factor."""
    if not visit.signed_in.has_totp:
        return visit.go("/me")
    return visit.render("code.html", after=_inside(visit.query("after", "/")), problem="")


def give_code(visit: Visit) -> Response:
    """Accept the code; the session gets a new token, so that one from before is worth nothing more."""
    after = _inside(visit.text("after", "/"))
    key = f"code {visit.signed_in.name}"
    if not visit.attempts.take(key, visit.address):
        problem = visit.strings.gettext("Too many tries. Please wait a quarter of an hour.")
        return visit.render("code.html", status=429, after=after, problem=problem)
    try:
        with visit.writing() as session:
            account = session.get_one(Account, visit.signed_in.id, with_for_update=True)
            check_totp(account, visit.text("code"), visit.services.vault, visit.now)
            close_session(session, visit.token)
            token = open_session(session, account, visit.now, second_factor=True)
    except SignInError:
        problem = visit.strings.gettext("This code is wrong or was used already. Wait for the next one.")
        return visit.render("code.html", status=403, after=after, problem=problem)
    visit.attempts.forget(key)
    return _enter(visit, token, after, after)


def sign_out(visit: Visit) -> Response:
    """End this session."""
    with visit.writing() as session:
        close_session(session, visit.token)
    response = visit.go("/signin", visit.strings.gettext("You are signed out."))
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response


def choose_language(visit: Visit) -> Response:
    """Remember the language of the pages in this browser."""
    response = visit.go(_inside(visit.text("after", "/")))
    if visit.text("language") in LANGUAGES:
        visit.set_cookie(response, LANGUAGE_COOKIE, visit.text("language"), seconds=_YEAR)
    return response


def _enter(visit: Visit, token: str, path: str, after: str) -> Response:
    response = visit.go(path, after=after) if path == "/signin/code" else visit.go(path)
    visit.set_cookie(response, SESSION_COOKIE, token)
    return response


def _is_new(account: Account) -> bool:
    return account.password_hash is None and account.chat_key is None


def _inside(path: str) -> str:
    """Return a path of the desk itself; what leads elsewhere becomes the start page."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
