"""Step 4: in which language to reply, and which other one to offer."""

import re

from bot.languages import find_language
from bot.messages.conversation import ChatState, IncomingMessage, LanguageChoice, Parse

# design.md, section 5, step 4. The probabilities are calibrated, so these mean what they say.
CERTAIN, CERTAIN_WORDS = 0.99, 4
LIKELY, LIKELY_WORDS = 0.9, 2
_WORD = re.compile(r"[^\W\d_]{2,}")
_SCRIPTS = {"ar": re.compile(r"[\u0600-\u06ff]"), "uk": re.compile(r"[іїєґ]", re.IGNORECASE)}


def choose_language(message: IncomingMessage, parse: Parse, state: ChatState) -> LanguageChoice:
    """Return the language of the reply.

    A certain detection wins, with the chosen language offered beside it; else the choice by tap, a likely detection,
    the session, the language of the app. A weaker detection that differs is only offered. A language that is
    recognised and not offered is named in `unsupported`; the reply then comes in the language it would have come in.
    """
    words = len(_WORD.findall(message.text))
    detected = find_language(parse.language)
    certain = parse.language_probability >= CERTAIN and words >= CERTAIN_WORDS
    likely = parse.language_probability >= LIKELY and words >= LIKELY_WORDS
    fallback = state.chosen or state.session_language
    app = find_language(message.client_language)
    if parse.language and detected is None and likely:
        tag = fallback or (app.tag if app else None)
        return LanguageChoice(tag, unsupported=parse.language)
    if detected and certain:
        other = state.chosen if state.chosen != detected.tag else None
        return LanguageChoice(detected.tag, offer=other)
    if state.chosen:
        return LanguageChoice(state.chosen, offer=_differing(detected.tag if detected else None, state.chosen, likely))
    if detected and likely:
        return LanguageChoice(detected.tag)
    if state.session_language:
        tag = state.session_language
        return LanguageChoice(tag, offer=_differing(detected.tag if detected else None, tag, likely))
    if app:
        return LanguageChoice(app.tag, offer=_differing(detected.tag if detected else None, app.tag, likely))
    if detected and parse.language_probability >= 0.5:  # better a guess with the picker than no answer at all
        return LanguageChoice(detected.tag, tentative=True)
    return LanguageChoice(None)


def guess_by_script(text: str) -> Parse:
    """Return a parse that knows the language by its letters alone, for when the NLU is away."""
    for tag, letters in _SCRIPTS.items():
        if len(letters.findall(text)) >= 2:
            return Parse(tag, LIKELY, (), source="keywords")
    return Parse(None, 0.0, (), source="keywords")


def _differing(tag: str | None, from_tag: str, likely: bool) -> str | None:
    return tag if likely and tag != from_tag else None
