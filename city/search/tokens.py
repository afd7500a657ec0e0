"""Normalized words for searches: lower case, without accents, endings and stop words."""

import re
from difflib import SequenceMatcher

from lib.text import remove_accents

_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are at be by de del el en for from has in is it la las lo los my of on or that "
        "the there this to un una was with y por para con hay mi se su es esta near next front",
    )
)
_ENDINGS = ("ing", "ed", "es", "s", "ly")
_MIN_RATIO = 0.82  # similarity from which a word is a misspelling of another


def normalize_text(text: str, longest: int = 200) -> str:
    """Return the words of `text` in lower case without accents and signs: `14th main st`.

    Only the first `longest` characters are read: few of what a stranger typed, all of the city's
    texts.
    """
    plain = remove_accents(text[:longest])
    return " ".join(re.sub(r"[^\w]+", " ", plain.replace("'", "")).split())


def extract_stems(text: str, longest: int = 200) -> list[str]:
    """Return the stems of the words of `text` in their order, without stop words.

    Only the first `longest` characters are read.
    """
    return [
        _stem(word) for word in normalize_text(text, longest).split() if word not in _STOP_WORDS
    ]


def _stem(word: str) -> str:
    """Return the common stem of a word's forms: `hol` for holes and hole, `leak` for leaking."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            bare = word.removesuffix(ending)
            return bare if ending == "ly" else bare.rstrip("e")
    return word.rstrip("e") if len(word) > 3 else word


def similarity(typed: str, known: str) -> float:
    """Return 1 for the same word, 0.85 for its beginning, 0.7 to 0.9 for a misspelling, else 0.

    A beginning has at least 3 letters, a misspelling at least 4 and the same first letter.
    """
    if typed == known:
        return 1.0
    if len(typed) >= 3 and known.startswith(typed):
        return 0.85
    if len(typed) < 4 or typed[0] != known[0] or abs(len(typed) - len(known)) > 2:
        return 0.0
    ratio = SequenceMatcher(None, typed, known).ratio()
    return ratio * 0.9 if ratio >= _MIN_RATIO else 0.0
