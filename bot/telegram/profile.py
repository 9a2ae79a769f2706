"""What Telegram shows of the bot before the first message: commands and descriptions, per language."""

import logging

from telegram import Bot, BotCommand

from bot.i18n import Strings, get_strings
from bot.languages import LANGUAGES

_log = logging.getLogger(__name__)


def list_commands(strings: Strings) -> list[BotCommand]:
    """Return the commands in the order of Telegram's menu."""
    return [
        BotCommand("help", strings.gettext("What I can do, and the menu")),
        BotCommand("language", strings.gettext("Choose the language")),
        BotCommand("human", strings.gettext("Talk to a person")),
        BotCommand("privacy", strings.gettext("What I store about you")),
        BotCommand("mydata", strings.gettext("Show my data")),
        BotCommand("delete", strings.gettext("Delete everything about me")),
    ]


def describe(strings: Strings) -> tuple[str, str]:
    """Return the description of the empty chat and the short one of the profile."""
    return (
        strings.gettext(
            "Are you new in Magdeburg? Ask me in your own words where to learn German, find a flat, a doctor or an "
            "employer. I answer from public sources, with their date. It costs nothing."
        ),
        strings.gettext("Answers for people who are new in Magdeburg"),
    )


async def update_profile(bot: Bot) -> int:
    """Bring commands and descriptions up to date and return how many calls that took; what fits is left alone.

    The entry without language, which everybody else sees, is English.
    """
    changes = 0
    for tag in (None, *(language.tag for language in LANGUAGES)):
        strings = get_strings(tag or "en")
        commands, (description, short) = list_commands(strings), describe(strings)
        if list(await bot.get_my_commands(language_code=tag)) != commands:
            await bot.set_my_commands(commands, language_code=tag)
            changes += 1
        if (await bot.get_my_description(language_code=tag)).description != description:
            await bot.set_my_description(description, language_code=tag)
            changes += 1
        if (await bot.get_my_short_description(language_code=tag)).short_description != short:
            await bot.set_my_short_description(short, language_code=tag)
            changes += 1
    _log.info("profile: %d changes", changes)
    return changes
