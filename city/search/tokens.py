"""Words as searches compare them: small, without accents, endings and the commonest fillers."""

import re
from difflib import SequenceMatcher

from lib.text import unaccented

_EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are at be by de del el en for from has in is it la las lo los my of on or that "
        "the there this to un una was with y por para con hay mi se su es esta near next front",
    )
)
_ENDINGS = ("ing", "ed", "es", "s", "ly")
_CLOSE = 0.82  # how alike two words must be to be one with a typo


def tidy(text: str, longest: int = 200) -> str:
    """Small letters without accents, signs as blanks: `14th & Main St.` gives `14th main st`.

    Of what a stranger typed only so much is looked at; of what the city wrote, all.
    """
    plain = unaccented(text[:longest])
    return " ".join(re.sub(r"[^\w]+", " ", plain.replace("'", "")).split())


def words_of(text: str, longest: int = 200) -> list[str]:
    return [_stem(word) for word in tidy(text, longest).split() if word not in _EMPTY_WORDS]


def _stem(word: str) -> str:
    """The same word in its commonest forms: holes, hole; leaking, leak."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            bare = word.removesuffix(ending)
            return bare if ending == "ly" else bare.rstrip("e")
    return word.rstrip("e") if len(word) > 3 else word


def likeness(typed: str, known: str) -> float:
    """0 to 1: the same word, its beginning, or one with a typo."""
    if typed == known:
        return 1.0
    if len(typed) >= 3 and known.startswith(typed):
        return 0.85
    if len(typed) < 4 or typed[0] != known[0] or abs(len(typed) - len(known)) > 2:
        return 0.0
    ratio = SequenceMatcher(None, typed, known).ratio()
    return ratio * 0.9 if ratio >= _CLOSE else 0.0
