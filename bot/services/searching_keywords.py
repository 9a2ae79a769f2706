"""Understanding without the NLU: titles and keywords of the answers, compared in memory."""

import re
from functools import lru_cache

from rapidfuzz import fuzz

from bot.languages import TAGS
from bot.messages.content import Content
from bot.messages.conversation import Parse, Ranked
from bot.services.choosing_language import guess_by_script
from nlu.normalizing import normalize

# A topic that alone was found is answered, several are suggested: on either side of the thresholds.
_ALONE, _SEVERAL = 0.9, 0.4
_LANGUAGE = 0.5
_SIMILAR = 86.0
_SHORTEST_WORD = 3
_SHORTEST_STEM = 4
_WORD = re.compile(r"[\w']+")


def search_keywords(text: str, content: Content) -> Parse:
    """Return a parse whose ranking holds the topics of which a title or keyword stands in the text, best first."""
    words = _WORD.findall(normalize(text))
    scores: dict[str, float] = {}
    languages: dict[str, float] = {}
    for tag, topic, phrase in _phrases(content):
        score = _find_phrase(phrase, words)
        if score > scores.get(topic, 0.0):
            scores[topic] = score
        if score:
            languages[tag] = max(languages.get(tag, 0.0), score)
    ranked = sorted(scores.items(), key=lambda item: -item[1])[:3]
    guess = guess_by_script(text)
    language = guess.language or (max(languages, key=languages.__getitem__) if languages else None)
    confidence = _ALONE if len(ranked) == 1 else _SEVERAL
    return Parse(
        language,
        guess.language_probability if guess.language else _LANGUAGE,
        tuple(Ranked(topic, confidence) for topic, _ in ranked),
        source="keywords",
    )


def _find_phrase(phrase: tuple[str, ...], words: list[str]) -> float:
    """Return the sum of lengths of the phrase's words when each stands in the text, nearly; 0 otherwise."""
    for wanted in phrase:
        if not any(_alike(wanted, word) for word in words):
            return 0.0
    return float(sum(map(len, phrase)))


def _alike(wanted: str, word: str) -> bool:
    if wanted in word and len(wanted) >= _SHORTEST_STEM:  # compounds and endings: Deutschkurs in Deutschkurse
        return True
    return fuzz.ratio(wanted, word, score_cutoff=_SIMILAR) > 0


@lru_cache(maxsize=2)
def _phrases(content: Content) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    found = []
    for tag in TAGS:
        for topic, answer in content.answers[tag].items():
            for phrase in (answer.title, *answer.keywords):
                words = tuple(word for word in _WORD.findall(normalize(phrase)) if len(word) >= _SHORTEST_WORD)
                if words and topic not in content.conversation:
                    found.append((tag, topic, words))
    return tuple(found)
