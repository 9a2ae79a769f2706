"""The command `bot`: each subcommand reads its options, calls what does the work, and prints what came of it."""

import asyncio
import datetime as dt
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot import bootstrap, diagnosing
from bot.adapters.child_processes import HOPELESS_STATUS, Child, Supervisor
from bot.adapters.content_files import read_entries, write_entries
from bot.adapters.rasa_nlu import RasaNlu
from bot.adapters.rasa_process import get_model, nlu_child, start_nlu_if_needed
from bot.adapters.rasa_training import needs_training
from bot.adapters.rasa_training import train as train_model
from bot.adapters.system_clock import SystemClock
from bot.desk.running import run_desk
from bot.errors import BotError, SettingsError
from bot.languages import LANGUAGES
from bot.messages.content import Content, Entry
from bot.services.checking_content import check_content, stamp_sources
from bot.services.listing_gaps import GapKind, list_gaps
from bot.services.managing_accounts import add_account, list_accounts
from bot.services.signing_in import make_link
from bot.services.storing_content import build_content, export_entries
from bot.settings import ROOT, Settings, environment, get_settings
from bot.states import LinkPurpose, Role
from bot.telegram.running import run_telegram
from bot.terminal import measuring
from bot.terminal.asking import ask as ask_lines
from bot.terminal.chatting import chat as chat_lines
from bot.terminal.chatting import read_lines
from bot.terminal.reviewing import app as review_app

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The newcomers' bot."
)
content_app = typer.Typer(no_args_is_help=True, help="Facts and answers.")
user_app = typer.Typer(no_args_is_help=True, help="People at the desk.")
app.add_typer(content_app, name="content")
app.add_typer(user_app, name="user")
app.add_typer(review_app, name="review")

_say = Console(stderr=True, highlight=False)
_out = Console(highlight=False)


def main() -> None:
    """Run the command; an error of the product ends in one line and status 2."""
    try:
        app()
    except BotError as error:
        _say.print(f"bot: {error}", markup=False, soft_wrap=True)
        sys.exit(HOPELESS_STATUS)
    except KeyboardInterrupt:
        sys.exit(130)


@app.command()
def run() -> None:
    """Start everything: the desk, and with TELEGRAM_BOT_TOKEN the Telegram bot, without it a chat in this terminal."""
    settings = _settings(quiet=get_settings().telegram_bot_token is None)
    _train_if_needed(settings)
    if settings.telegram_bot_token:
        asyncio.run(_run_processes(settings))
    else:
        asyncio.run(_run_chat(settings))


@app.command()
def telegram() -> None:
    """Run the Telegram process alone (`bot run` starts it together with the NLU and the desk)."""
    settings = _settings()
    asyncio.run(run_telegram(settings))


@app.command()
def desk() -> None:
    """Run the desk alone: web pages for staff and volunteers (`bot run` starts it too)."""
    settings = _settings()
    _say.print(f"The desk: {settings.desk_address}")
    run_desk(settings)


@app.command()
def chat() -> None:
    """Talk to the bot in this terminal, or through a pipe: one message a line."""
    settings = _settings(quiet=True)
    _train_if_needed(settings)
    asyncio.run(_chat(settings))


@app.command()
def ask() -> None:
    """Read JSON lines {"text", "language"?} and write one decision a line, in order."""
    settings = _settings(quiet=True)
    _train_if_needed(settings)

    async def answer() -> None:
        async with start_nlu_if_needed(settings) as nlu:
            async for decision in ask_lines(bootstrap.build_conversation(settings, nlu), sys.stdin):
                print(json.dumps(decision, ensure_ascii=False), flush=True)

    asyncio.run(answer())


@app.command()
def train() -> None:
    """Train the NLU model and make it live."""
    record = train_model(_settings(), lambda text: _say.print(f"train: {text}", markup=False))
    _say.print(f"train: {record.model} is live")


@app.command()
def evaluate(split: Annotated[str, typer.Option(help="dev or test")] = "test") -> None:
    """Print how well the bot understands, per language, and write reports/evaluation.html."""
    settings = _settings(quiet=True)
    _train_if_needed(settings)
    measuring.evaluate(settings, split)


@app.command()
def fit() -> None:
    """Fit on the development split how sure the bot must be before it answers, and write nlu/thresholds.json."""
    settings = _settings(quiet=True)
    _train_if_needed(settings)
    measuring.fit(settings)


@app.command()
def doctor() -> None:
    """Show the settings (secrets masked) and check what the bot needs; status 1 when something is missing."""
    settings = _settings()
    table = Table("setting", "value", "meaning")
    for row in settings.masked():
        table.add_row(*row)
    _out.print(table)
    findings = asyncio.run(diagnosing.diagnose(settings))
    for finding in findings:
        _out.print(f"{'✔' if finding.good else '✘'} {finding.text}", markup=False, soft_wrap=True)
    raise typer.Exit(0 if all(finding.good for finding in findings) else 1)


@app.command()
def status() -> None:
    """Print the versions of code, data, model and schema, and what waits in the queues."""
    for name, value in asyncio.run(diagnosing.report_status(_settings())):
        _out.print(f"{name:<10} {value}", markup=False, soft_wrap=True)


@content_app.command("check")
def content_check() -> None:
    """Check facts and answers; status 1 when there is an error."""
    settings = _settings()
    findings = check_content(_read_content(settings), bootstrap.read_intents(), dt.datetime.now(dt.UTC).date())
    for finding in findings:
        _out.print(f"{finding.level}: {finding.where}: {finding.message}", markup=False, soft_wrap=True)
    errors = sum(finding.level == "error" for finding in findings)
    _out.print(f"{errors} errors, {len(findings) - errors} warnings")
    raise typer.Exit(1 if errors else 0)


@content_app.command("gaps")
def content_gaps() -> None:
    """List what staff should find out: missing facts, rules that move, facts that are old or undated."""
    settings = _settings()
    rows = list_gaps(_read_content(settings), dt.datetime.now(dt.UTC).date())
    table = Table("kind", "topics", "what to find out", "ask or source", title=f"{len(rows)} gaps")
    for row in rows:
        table.add_row(row.kind, ", ".join(row.topics), escape(row.what), escape(row.ask))
    _out.print(table)
    counts = Counter(row.kind for row in rows)
    _out.print(", ".join(f"{counts[kind]} {kind}" for kind in GapKind))


@content_app.command("import")
def content_import() -> None:
    """Bring the database up to date with content/; what staff has edited stays."""
    settings = _settings()
    services = bootstrap.build_services(settings)
    _out.print(f"imported; {len(services.conversation.content.topics)} topics")


@content_app.command("export")
def content_export(folder: Annotated[Path, typer.Argument(help="where to write the files")]) -> None:
    """Write facts and answers of the database as files, byte for byte as they ship where nobody edited them."""
    services = bootstrap.build_services(_settings())
    with services.database.reading() as session:
        write_entries(folder, export_entries(session))
    _out.print(f"written to {folder}", markup=False)


@content_app.command("format")
def content_format() -> None:
    """Rewrite the files of content/ in their canonical form."""
    settings = _settings()
    write_entries(settings.content_dir, read_entries(settings.content_dir))


@content_app.command("stamp")
def content_stamp(language: str, topic: Annotated[str | None, typer.Argument()] = None) -> None:
    """Say that the translations into a language (of one topic) fit the German as it is now."""
    settings = _settings()
    write_entries(settings.content_dir, stamp_sources(read_entries(settings.content_dir), language, topic))


@user_app.command("add")
def user_add(
    name: str,
    role: Role = Role.VOLUNTEER,
    language: Annotated[list[str] | None, typer.Option(help="a language they speak; may be repeated")] = None,
) -> None:
    """Register a person for the desk and print the link that lets them in the first time."""
    settings, now = _settings(), SystemClock().now()
    database = bootstrap.open_database(settings, SystemClock())
    with database.writing() as session:
        account = add_account(session, name, role, language or [entry.tag for entry in LANGUAGES], now)
        session.flush()
        token = make_link(session, account, LinkPurpose.INVITE, now)
    database.close()
    _out.print(f"{name} is registered as {role}", markup=False)
    _out.print("Their first link to the desk; it works once, for three days:")
    _out.print(f"{settings.desk_address}/link/{token}", markup=False, soft_wrap=True)


@user_app.command("list")
def user_list() -> None:
    """List the registered people."""
    services = bootstrap.build_services(_settings())
    with services.database.reading() as session:
        for account in list_accounts(session):
            _out.print(f"{account.name}: {account.role}, {', '.join(account.languages)}", markup=False)


def _settings(*, quiet: bool = False) -> Settings:
    settings = get_settings()
    bootstrap.configure_logging("WARNING" if quiet else settings.log_level)
    return settings


async def _run_processes(settings: Settings) -> None:
    address = urlsplit(settings.nlu_url)
    if taken := diagnosing.find_taken_port(address.hostname or "127.0.0.1", address.port or 80):
        raise SettingsError(f"{taken}: stop that program, or set NLU_URL to another port.")
    if taken := diagnosing.find_taken_port(settings.desk_host, settings.desk_port):
        raise SettingsError(f"{taken}: stop that program, or set DESK_PORT to another one.")
    bootstrap.prepare_database(settings)
    nlu = RasaNlu(settings.nlu_url, settings.nlu_timeout)
    children = [nlu_child(settings, nlu, get_model(settings)), _own_child("telegram", show=True), _own_child("desk")]
    token = settings.telegram_bot_token.get_secret_value() if settings.telegram_bot_token else ""
    _say.print(f"Starting the NLU server, Telegram and the desk ({settings.desk_address}). Ctrl+C ends all.")
    await Supervisor(children, settings.var_dir / "log", hide=[token]).run()


async def _run_chat(settings: Settings) -> None:
    """Chat in this terminal, with the desk beside it where its port is free."""
    hint = "No TELEGRAM_BOT_TOKEN is set: here is the chat. Write a question, a button's number, or /quit."
    if taken := diagnosing.find_taken_port(settings.desk_host, settings.desk_port):
        _say.print(f"The desk is not started: {taken}.\n{hint}")
        return await _chat(settings)
    async with Supervisor([_own_child("desk")], settings.var_dir / "log").running():
        _say.print(f"The desk: {settings.desk_address}\n{hint}")
        return await _chat(settings)


def _own_child(command: str, *, show: bool = False) -> Child:
    """Return a subcommand of this program as a child."""
    return Child(command, [sys.executable, "-m", "bot.cli", command], environment(), show=show, directory=ROOT)


async def _chat(settings: Settings) -> None:
    async with start_nlu_if_needed(settings) as nlu:
        conversation = bootstrap.build_conversation(settings, nlu)
        await chat_lines(conversation, read_lines(sys.stdin, _out), _out)


def _train_if_needed(settings: Settings) -> None:
    if needs_training(settings):
        _say.print("The NLU model is missing or older than its data: training.")
        train_model(settings, lambda text: _say.print(f"train: {text}", markup=False))


def _read_content(settings: Settings) -> Content:
    entries: list[Entry] = read_entries(settings.content_dir)
    return build_content(entries)


if __name__ == "__main__":
    main()
