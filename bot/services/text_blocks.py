"""Texts that volunteers may send near any topic: fixed, in every language, and without a fact in them."""

from collections.abc import Mapping

from bot.i18n import Strings


def list_text_blocks(strings: Strings) -> Mapping[str, str]:
    """Return the text blocks by their key, in one language."""
    person = strings.gettext("Ask a person")
    return {
        "detail": strings.gettext(
            "I need one more detail to help you. Please reply to this message and tell me a little more,"
            " without names or numbers."
        ),
        "one_by_one": strings.gettext(
            "You ask several things at once. Please send me each question as a message of its own."
        ),
        "counselling": strings.gettext(
            "This depends on your situation, and I must not advise you on it. A counselling centre can:"
            " press «{button}».",
            button=person,
        ),
        "nobody": strings.gettext(
            "We looked and have found nobody yet who can help with this. A counselling centre can look further with"
            " you: press «{button}».",
            button=person,
        ),
    }
