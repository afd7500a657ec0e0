"""A reference as it is read aloud: seven, K as in Kilo, three, Q as in Quebec."""

from string import ascii_uppercase, digits
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

_ALPHABET = "spelling alphabet"
# A language that spells with names of its own translates these words, first letters and all.
_LETTERS = [
    pgettext_lazy(_ALPHABET, "Alfa"),
    pgettext_lazy(_ALPHABET, "Bravo"),
    pgettext_lazy(_ALPHABET, "Charlie"),
    pgettext_lazy(_ALPHABET, "Delta"),
    pgettext_lazy(_ALPHABET, "Echo"),
    pgettext_lazy(_ALPHABET, "Foxtrot"),
    pgettext_lazy(_ALPHABET, "Golf"),
    pgettext_lazy(_ALPHABET, "Hotel"),
    pgettext_lazy(_ALPHABET, "India"),
    pgettext_lazy(_ALPHABET, "Juliett"),
    pgettext_lazy(_ALPHABET, "Kilo"),
    pgettext_lazy(_ALPHABET, "Lima"),
    pgettext_lazy(_ALPHABET, "Mike"),
    pgettext_lazy(_ALPHABET, "November"),
    pgettext_lazy(_ALPHABET, "Oscar"),
    pgettext_lazy(_ALPHABET, "Papa"),
    pgettext_lazy(_ALPHABET, "Quebec"),
    pgettext_lazy(_ALPHABET, "Romeo"),
    pgettext_lazy(_ALPHABET, "Sierra"),
    pgettext_lazy(_ALPHABET, "Tango"),
    pgettext_lazy(_ALPHABET, "Uniform"),
    pgettext_lazy(_ALPHABET, "Victor"),
    pgettext_lazy(_ALPHABET, "Whiskey"),
    pgettext_lazy(_ALPHABET, "X-ray"),
    pgettext_lazy(_ALPHABET, "Yankee"),
    pgettext_lazy(_ALPHABET, "Zulu"),
]
_DIGITS = [
    gettext_lazy("zero"),
    gettext_lazy("one"),
    gettext_lazy("two"),
    gettext_lazy("three"),
    gettext_lazy("four"),
    gettext_lazy("five"),
    gettext_lazy("six"),
    gettext_lazy("seven"),
    gettext_lazy("eight"),
    gettext_lazy("nine"),
]
_WORDS = dict(zip(ascii_uppercase + digits, _LETTERS + _DIGITS, strict=True))


class Spelled(NamedTuple):
    """One sign of a reference; `word` is what stands for it, empty where the letter is enough."""

    sign: str
    word: str

    @property
    def said(self) -> str:
        if not self.word:
            return self.sign
        if self.sign in digits:
            return self.word
        return _("%(letter)s as in %(word)s") % {"letter": self.sign, "word": self.word}


def spell(reference: str) -> list[list[Spelled]]:
    """The groups of a reference. The city's own letters in front are said as they are."""
    prefix, *groups = reference.split("-")
    spelled = [[Spelled(sign, str(_WORDS[sign])) for sign in group] for group in groups]
    return [[Spelled(sign, "") for sign in prefix], *spelled]


def read_aloud(reference: str) -> str:
    """The whole of it: “S M – seven, K as in Kilo, … – …”."""
    prefix, *groups = spell(reference)
    said = [", ".join(one.said for one in group) for group in groups]
    return " – ".join([" ".join(one.said for one in prefix), *said])
