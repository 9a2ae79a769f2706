"""`bot review`: volunteers read and resolve released questions in the terminal."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.orm import Session

from bot import bootstrap
from bot.bootstrap import Services
from bot.errors import ReviewError
from bot.models import Account, ReviewItem
from bot.services import reviewing
from bot.services.claiming_items import claim_item, write_answer
from bot.services.managing_accounts import find_account, list_accounts
from bot.settings import get_settings
from bot.states import Resolution, Role

app = typer.Typer(no_args_is_help=True, help="Questions that the bot could not answer.")
_out = Console(highlight=False)

Number = Annotated[int, typer.Argument(help="number of the question in `bot review list`")]
By = Annotated[str | None, typer.Option("--by", help="who resolves it: a name of `bot user list`")]


@dataclass(frozen=True)
class _Desk:
    """An open question in the hands of a person, as at the desk: claimed, within one unit of work."""

    services: Services
    session: Session
    item: ReviewItem
    account: Account

    @property
    def actor(self) -> str:
        return self.account.name

    @property
    def now(self) -> dt.datetime:
        return self.services.clock.now()


@app.command("list")
def list_questions(
    language: Annotated[list[str] | None, typer.Option(help="only these languages; may be repeated")] = None,
) -> None:
    """Show the open questions, oldest first."""
    table = Table("no.", "waiting", "language", "question", "near", "own words")
    with _lend_services() as services, services.database.reading() as session:
        content = services.conversation.content
        items = reviewing.list_open(session, language or ())
        for item in items:
            waiting = services.clock.now() - item.created_at
            table.add_row(
                str(item.id),
                f"{waiting.days} d {waiting.seconds // 3600} h",
                item.language,
                escape(services.vault.open(item.sealed_question)),
                ", ".join(item.nearest_topics) or "-",
                "no: topic or place only" if reviewing.find_care(item, content) else "yes",
            )
    if items:
        _out.print(table)
    _out.print(f"{len(items)} open")


@app.command()
def answer(
    number: Number,
    text: Annotated[str | None, typer.Argument(help="your own words, in the asker's language")] = None,
    topic: Annotated[str | None, typer.Option(help="send the answer of this topic instead")] = None,
    by: By = None,
) -> None:
    """Answer a question in your own words, or with the answer of a topic."""
    if (text is None) == (topic is None):
        raise ReviewError("give either the text of the answer or --topic")
    with _open_item(number, by) as desk:
        content, vault = desk.services.conversation.content, desk.services.vault
        if topic is not None:
            reviewing.answer_with_topic(desk.session, desk.item, topic, content, desk.actor, vault, desk.now)
        else:
            waits = write_answer(desk.session, desk.item, text or "", content, desk.account, vault, desk.now)
            if waits:
                _out.print(f"question {number}: somebody with more practice reads this answer at the desk first")
                return
    _confirm(number)


@app.command()
def refer(number: Number, place: Annotated[str, typer.Argument(help="id of a place")], by: By = None) -> None:
    """Send the asker to a place that helps."""
    with _open_item(number, by) as desk:
        content, vault = desk.services.conversation.content, desk.services.vault
        reviewing.refer_to_place(desk.session, desk.item, place, content, desk.actor, vault, desk.now)
    _confirm(number)


@app.command()
def dismiss(
    number: Number,
    reason: Annotated[Resolution, typer.Option(help="unclear: the asker is asked for other words; spam: silent")],
    by: By = None,
) -> None:
    """Close a question without an answer."""
    with _open_item(number, by) as desk:
        reviewing.dismiss(desk.session, desk.item, reason, desk.actor, desk.now)
    _out.print(f"question {number} is closed")


@contextmanager
def _lend_services() -> Iterator[Services]:
    bootstrap.configure_logging("WARNING")
    services = bootstrap.build_services(get_settings())
    try:
        yield services
    finally:
        services.database.close()


@contextmanager
def _open_item(number: int, by: str | None) -> Iterator[_Desk]:
    with _lend_services() as services, services.database.writing() as session:
        actor = find_account(session, by) if by else _find_only_account(session)
        if actor is None or actor.role is Role.TRANSLATOR:
            readers = (account for account in list_accounts(session) if account.role is not Role.TRANSLATOR)
            known = ", ".join(account.name for account in readers)
            raise ReviewError(f"say who you are with --by NAME; registered: {known or 'nobody, see `bot user add`'}")
        yield _Desk(services, session, claim_item(session, number, actor, services.clock.now()), actor)


def _find_only_account(session: Session) -> Account | None:
    accounts = list_accounts(session)
    return accounts[0] if len(accounts) == 1 else None


def _confirm(number: int) -> None:
    _out.print(f"question {number} is resolved; the asker is told between 8 and 20 o'clock while `bot run` runs")
