"""Recognition of a yes or no at the beginning of a reply, in English and Spanish."""

import re

from lib.text import remove_accents

MAX_WORDS = 8  # of the first sentence
_FIRST = frozenset(
    ("yes", "yep", "yeah", "no", "nope", "si", "fixed", "done", "listo", "arreglado", "reparado")
)
_PHRASES = (
    "its fixed", "it is fixed", "its not fixed", "it is not fixed", "not fixed", "still broken",
    "still not", "not yet", "all good", "it works", "ya esta", "ya quedo", "todavia no", "aun no",
    "sigue igual", "sigue roto", "sigue sin", "no esta", "esta arreglado", "not done",
)  # fmt: skip


def is_yes_or_no(words: str) -> bool:
    """Return whether the first sentence is short and says yes or no.

    It decides only whether the two links are offered again, so a mistake does no harm.
    """
    sentence = re.split(r"[.!?,;\n]", words.strip("¡¿ \n"), maxsplit=1)[0]
    plain = re.sub(r"[^a-z ]", "", remove_accents(sentence)).split()
    if not 0 < len(plain) <= MAX_WORDS:
        return False
    return plain[0] in _FIRST or " ".join(plain).startswith(_PHRASES)
