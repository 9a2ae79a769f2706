"""The command `bot`: each subcommand reads its options, calls what does the work, and prints what came of it."""

import asyncio
import json
import logging
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from bot import bootstrap
from bot.adapters.content_files import read_entries, write_entries
from bot.adapters.rasa_process import start_nlu_if_needed
from bot.adapters.rasa_training import train as train_model
from bot.errors import BotError
from bot.messages.content import Content
from bot.services.checking_content import check_content, stamp_sources
from bot.services.evaluating import judge_all, measure_by_language, read_questions
from bot.services.storing_content import build_content
from bot.settings import ROOT, Settings, get_settings
from bot.terminal.asking import ask as ask_lines
from bot.terminal.chatting import chat as chat_lines
from bot.terminal.chatting import read_lines

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The newcomers' bot.")
content_app = typer.Typer(no_args_is_help=True, help="Facts and answers.")
user_app = typer.Typer(no_args_is_help=True, help="People at the desk.")
app.add_typer(content_app, name="content")
app.add_typer(user_app, name="user")
