"""Folds what people write differently and mean alike. Pure, and without any import of Rasa: the bot uses it too."""

import re
import unicodedata

_ARABIC = str.maketrans(
    {
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ئ": "ي",
        "ؤ": "و",
        "ة": "ه",
        "ک": "ك",
        "ھ": "ه",
        "ـ": None,
    }
)
_LATIN = str.maketrans({"ß": "ss", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae"})
# One sign for the apostrophe inside Ukrainian words, whichever of the many a keyboard has.
_APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ`´‘＇", "'"))
# й and ї are letters of their own, not и and і with a mark: they survive the removal of marks.
_KEPT = {"й", "ї", "ё", "ў"}
_REPEATED = re.compile(r"(\D)\1{2,}")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_SPACE = re.compile(r"\s+")


def normalize(text: str) -> str:
    """Return the text in lower case, without marks, variants, invisible signs and stretched letters.

    Digits of every script become 0-9, Arabic letter variants and the Persian forms become one letter each,
    umlauts lose their dots, and three or more of a letter become two.
    """
    text = unicodedata.normalize("NFKC", text)
    text = _INVISIBLE.sub("", text).lower().translate(_APOSTROPHES).translate(_ARABIC)
    text = "".join(_strip_mark(character) for character in text).translate(_LATIN)
    return _SPACE.sub(" ", _REPEATED.sub(r"\1\1", text)).strip()


def _strip_mark(character: str) -> str:
    if character.isascii() or character in _KEPT:
        return character
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    kept = [part for part in unicodedata.normalize("NFD", character) if not unicodedata.combining(part)]
    return unicodedata.normalize("NFC", "".join(kept))
