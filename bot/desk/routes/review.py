"""Questions that people released: one at a time, resolved with a tap."""

import datetime as dt
from collections.abc import Callable

from sqlalchemy.orm import Session
from starlette.responses import Response

from bot.desk.routes import review_views
from bot.desk.visit import Visit
from bot.errors import ConflictError, NotFoundError, ReviewError
from bot.models import Account, ReviewItem
from bot.services import claiming_items, reviewing
from bot.services.alerting_coordinators import alert_coordinators
from bot.services.answering import find_title
from bot.services.claiming_items import claim_item, is_paused
from bot.services.listing_waiting import find_next, list_alike
from bot.states import Resolution

Act = Callable[[Session, ReviewItem, Account, dt.datetime], None]
_NEXT = "/review/next"


def show_queue(visit: Visit) -> Response:
    """Show what waits for the person, similar questions together."""
    with visit.reading() as session:
        return review_views.render_queue(visit, session, _get_account(session, visit), _read_languages(visit))


def open_next(visit: Visit) -> Response:
    """Open what the person is to work on next."""
    with visit.reading() as session:
        number = find_next(session, _get_account(session, visit), visit.now, _read_languages(visit))
    return visit.go(f"/review/{number}" if number else "/review")


def show_item(visit: Visit) -> Response:
    """Claim a question and show it; a heavy one only after a warning."""
    with visit.writing() as session:
        account = _get_account(session, visit)
        if is_paused(account, visit.now):
            return visit.go("/review")
        closed = reviewing.find_closed(session, visit.number())
        if closed is not None:
            return review_views.render_closed(visit, account, closed)
        try:
            item = claim_item(session, visit.number(), account, visit.now)
        except ConflictError:
            return review_views.render_held(visit, session, account)
        account.toured = True  # whoever reads a question has begun
        if review_views.wants_warning(visit, item):
            return visit.render("review_warning.html", item=item)
        return review_views.render_item(visit, session, account, item)


def show_wanted(visit: Visit) -> Response:
    """Show the questions that need a new topic."""
    with visit.reading() as session:
        return review_views.render_wanted(visit, reviewing.list_wanted_topics(session))


def answer_with_topic(visit: Visit) -> Response:
    """Send the answer of a topic."""
    topic = visit.text("topic") or visit.text("other")

    def act(session: Session, item: ReviewItem, account: Account, now: dt.datetime) -> None:
        reviewing.answer_with_topic(session, item, topic, visit.published, account.name, visit.services.vault, now)

    say = visit.strings.gettext

    def tell() -> str:
        return say("The person gets the answer “{title}”.", title=find_title(topic, visit.content, visit.language))

    return _resolve(visit, act, tell, say("Choose a topic first."))


def answer_in_own_words(visit: Visit) -> Response:
    """Send the person's own words, or let them wait for a second pair of eyes."""
    say, waits = visit.strings.gettext, False

    def act(session: Session, item: ReviewItem, account: Account, now: dt.datetime) -> None:
        nonlocal waits
        text, vault = visit.text("text"), visit.services.vault
        waits = claiming_items.write_answer(session, item, text, visit.content, account, vault, now)

    def tell() -> str:
        if waits:
            return say("Thank you. Somebody else reads your answer first, then the person gets it.")
        return say("The person gets the answer.")

    mistake = say("Write an answer of at most 3,000 characters. Near legal or medical topics, choose another way.")
    return _resolve(visit, act, tell, mistake)


def answer_with_block(visit: Visit) -> Response:
    """Send a text block."""

    def act(session: Session, item: ReviewItem, account: Account, now: dt.datetime) -> None:
        reviewing.answer_with_block(session, item, visit.text("block"), account.name, visit.services.vault, now)

    say = visit.strings.gettext
    return _resolve(visit, act, say("The person gets this text."), say("Choose a text first."))


def refer(visit: Visit) -> Response:
    """Send the person to a counselling place."""
    place = visit.text("place") or visit.text("other")

    def act(session: Session, item: ReviewItem, account: Account, now: dt.datetime) -> None:
        reviewing.refer_to_place(session, item, place, visit.content, account.name, visit.services.vault, now)

    say = visit.strings.gettext

    def tell() -> str:
        return say("The person hears of “{name}”.", name=visit.content.places[place].name)

    return _resolve(visit, act, tell, say("Choose a counselling place first."))


def want_topic(visit: Visit) -> Response:
    """Pass a question to the editors; the person gets counselling places."""

    def act(session: Session, item: ReviewItem, account: Account, now: dt.datetime) -> None:
        reviewing.want_topic(session, item, visit.text("note"), account.name, visit.services.vault, now)

    say = visit.strings.gettext
    done = say("The editors see your note. The person gets counselling places.")
    return _resolve(visit, act, done, say("Write a note for the editors, of at most 1,000 characters."))


def escalate(visit: Visit) -> Response:
    """Send the emergency numbers at once and alert the coordinators."""
    say, services = visit.strings.gettext, visit.services

    def act(session: Session, item: ReviewItem, account: Account, now: dt.datetime) -> None:
        reviewing.escalate(session, item, account.name, now)
        alert_coordinators(session, item, services.outbox, services.vault, services.settings)

    if services.settings.coordinators_chat_id is None:
        done = say("The person gets the emergency numbers now. No chat of coordinators is set: please call somebody.")
    else:
        done = say("The person gets the emergency numbers now. The coordinators are alerted.")
    return _resolve(visit, act, done)


def dismiss(visit: Visit) -> Response:
    """Close a question without an answer."""

    def act(session: Session, item: ReviewItem, account: Account, now: dt.datetime) -> None:
        reason = visit.text("reason")
        if reason not in set(Resolution):
            raise ReviewError("a question is dismissed as unclear or as spam")
        reviewing.dismiss(session, item, Resolution(reason), account.name, now)

    say = visit.strings.gettext
    return _resolve(visit, act, say("The question is closed."), say("Choose why you close it."))


def note_looked_at(visit: Visit) -> Response:
    """Close the item of an unhelpful answer."""

    def act(session: Session, item: ReviewItem, account: Account, now: dt.datetime) -> None:
        reviewing.note_looked_at(session, item, account.name, now)

    note = visit.strings.gettext("Noted. If people mark the answer again, it comes back.")
    return _act(visit, act, note, then=_NEXT)


def keep_draft(visit: Visit) -> Response:
    """Keep what was written so far, and the claim with it."""
    with visit.writing() as session:
        account = _get_account(session, visit)
        item = claim_item(session, visit.number(), account, visit.now)
        claiming_items.keep_draft(item, visit.text("text"), account, visit.services.vault)
        if visit.by_htmx:
            return review_views.render_kept(visit, item)
    return visit.go(f"/review/{visit.number()}", visit.strings.gettext("The draft is kept."), show="yes")


def release(visit: Visit) -> Response:
    """Give a question back; a draft stays with it."""
    return _act(visit, claiming_items.release_item, visit.strings.gettext("Somebody else can take it now."))


def hand_on(visit: Visit) -> Response:
    """Give a question to the others for good."""
    note = visit.strings.gettext("It goes to somebody else. You will not see it again.")
    return _act(visit, claiming_items.hand_on, note)


def send_back(visit: Visit) -> Response:
    """Give a proposed answer back to its author."""

    def act(session: Session, item: ReviewItem, account: Account, now: dt.datetime) -> None:
        claiming_items.send_back(session, item, visit.text("word"), account, visit.services.vault, now)

    return _act(visit, act, visit.strings.gettext("It goes back to its author, with your note."), then=_NEXT)


def _act(visit: Visit, act: Act, note: str, *, then: str = "/review") -> Response:
    """Do something with the item, which the person holds, and show the list, or what comes next."""
    with visit.writing() as session:
        account = _get_account(session, visit)
        act(session, claim_item(session, visit.number(), account, visit.now), account, visit.now)
    return visit.go(then, _name_question(visit, note))


def _resolve(visit: Visit, act: Act, note: str | Callable[[], str], mistake: str = "") -> Response:
    """Resolve the item and the ticked ones like it, and open the next; a mistake is told on its page.

    What was written is kept then. `note` says what was done, once it is done.
    """
    try:
        with visit.writing() as session:
            account = _get_account(session, visit)
            item = claim_item(session, visit.number(), account, visit.now)
            ticked = set(visit.form.getlist("also"))
            others = list_alike(session, item, account, visit.now) if ticked else ()
            numbers = [other.id for other in others if str(other.id) in ticked]
            act(session, item, account, visit.now)
            taken = sum(_act_too(visit, session, number, account, act) for number in numbers)
        done = _name_question(visit, note if isinstance(note, str) else note())
        if taken:
            done += " " + visit.strings.gettext("It goes to {count} people in all.", count=taken + 1)
        return visit.go(_NEXT, done)
    except ConflictError:
        with visit.reading() as session:
            return review_views.render_held(visit, session, _get_account(session, visit), status=409)
    except (ReviewError, NotFoundError):
        with visit.writing() as session:  # an item that is gone raises again
            account = _get_account(session, visit)
            item = claim_item(session, visit.number(), account, visit.now)
            return review_views.render_item(visit, session, account, item, problem=mistake)


def _name_question(visit: Visit, note: str) -> str:
    """Return what was done with the number of the question: the next one stands below it."""
    return visit.strings.gettext("Question {number}: {note}", number=visit.number(), note=note)


def _act_too(visit: Visit, session: Session, number: int, account: Account, act: Act) -> bool:
    """Do the same with a similar question, and return whether nobody was faster: that one is in good hands."""
    try:
        item = claim_item(session, number, account, visit.now)
    except ConflictError:
        return False
    act(session, item, account, visit.now)
    return True


def _get_account(session: Session, visit: Visit) -> Account:
    return session.get_one(Account, visit.signed_in.id)


def _read_languages(visit: Visit) -> tuple[str, ...]:
    return (visit.query("language"),) if visit.query("language") else ()
