"""Step 4: in which language to reply, and which other one to offer."""

import re

from bot.languages import find_language
from bot.messages.conversation import ChatState, IncomingMessage, LanguageChoice, Parse

# design.md, section 5, step 4. The probabilities are calibrated, so these mean what they say.
CERTAIN, CERTAIN_WORDS = 0.99, 4
LIKELY, LIKELY_WORDS = 0.9, 2
_GUESS = 0.15
_LETTERS = 2
_WORD = re.compile(r"[^\W\d_]{2,}")
# The first that fits: letters that one language alone has stand before the script that several share.
_SCRIPTS = {
    "fa": re.compile(r"[پچژگی]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "uk": re.compile(r"[іїєґ]", re.IGNORECASE),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "tr": re.compile(r"[ğışİ]"),
}


def choose_language(message: IncomingMessage, parse: Parse, state: ChatState) -> LanguageChoice:
    """Return the language of the reply.

    A certain detection wins, with the chosen language offered beside it; else the choice by tap, a likely detection,
    the session, the language of the app. A weaker detection that differs is only offered. A language that is
    recognised and not offered is named in `unsupported`; the reply then comes in the language it would have come in.
    """
    words = len(_WORD.findall(message.text))
    likely = parse.language_probability >= LIKELY and words >= LIKELY_WORDS
    certain = parse.language_probability >= CERTAIN and words >= CERTAIN_WORDS
    detected = find_language(parse.language)
    app = find_language(message.client_language)
    remembered = state.chosen or state.session_language or (app.tag if app else None)
    if detected is None:
        return LanguageChoice(remembered, unsupported=parse.language if likely else None)
    if certain:
        return LanguageChoice(detected.tag, offer=state.chosen if state.chosen != detected.tag else None)
    if likely and not state.chosen:
        return LanguageChoice(detected.tag)
    if remembered:
        return LanguageChoice(remembered, offer=detected.tag if likely and detected.tag != remembered else None)
    # Better a guess with the picker than no answer at all.
    guess = parse.language_probability >= _GUESS
    return LanguageChoice(detected.tag if guess else None, tentative=guess)


def guess_by_script(text: str) -> Parse:
    """Return a parse that knows the language by its letters alone, for when the NLU is away."""
    for tag, letters in _SCRIPTS.items():
        if len(letters.findall(text)) >= _LETTERS:
            return Parse(tag, LIKELY, (), source="keywords")
    return Parse(None, 0.0, (), source="keywords")
