"""A reference as it is read aloud: seven, K as in Kilo, three, Q as in Quebec."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

_ALPHABET = "spelling alphabet"
# A language that spells with names of its own translates these words, first letters and all.
_WORDS = {
    "A": pgettext_lazy(_ALPHABET, "Alfa"),
    "B": pgettext_lazy(_ALPHABET, "Bravo"),
    "C": pgettext_lazy(_ALPHABET, "Charlie"),
    "D": pgettext_lazy(_ALPHABET, "Delta"),
    "E": pgettext_lazy(_ALPHABET, "Echo"),
    "F": pgettext_lazy(_ALPHABET, "Foxtrot"),
    "G": pgettext_lazy(_ALPHABET, "Golf"),
    "H": pgettext_lazy(_ALPHABET, "Hotel"),
    "I": pgettext_lazy(_ALPHABET, "India"),
    "J": pgettext_lazy(_ALPHABET, "Juliett"),
    "K": pgettext_lazy(_ALPHABET, "Kilo"),
    "L": pgettext_lazy(_ALPHABET, "Lima"),
    "M": pgettext_lazy(_ALPHABET, "Mike"),
    "N": pgettext_lazy(_ALPHABET, "November"),
    "O": pgettext_lazy(_ALPHABET, "Oscar"),
    "P": pgettext_lazy(_ALPHABET, "Papa"),
    "Q": pgettext_lazy(_ALPHABET, "Quebec"),
    "R": pgettext_lazy(_ALPHABET, "Romeo"),
    "S": pgettext_lazy(_ALPHABET, "Sierra"),
    "T": pgettext_lazy(_ALPHABET, "Tango"),
    "U": pgettext_lazy(_ALPHABET, "Uniform"),
    "V": pgettext_lazy(_ALPHABET, "Victor"),
    "W": pgettext_lazy(_ALPHABET, "Whiskey"),
    "X": pgettext_lazy(_ALPHABET, "X-ray"),
    "Y": pgettext_lazy(_ALPHABET, "Yankee"),
    "Z": pgettext_lazy(_ALPHABET, "Zulu"),
}
_DIGITS = {
    "0": gettext_lazy("zero"),
    "1": gettext_lazy("one"),
    "2": gettext_lazy("two"),
    "3": gettext_lazy("three"),
    "4": gettext_lazy("four"),
    "5": gettext_lazy("five"),
    "6": gettext_lazy("six"),
    "7": gettext_lazy("seven"),
    "8": gettext_lazy("eight"),
    "9": gettext_lazy("nine"),
}


@dataclass(frozen=True)
class Spelled:
    """One sign of a reference; `word` is what stands for it, empty where the letter is enough."""

    sign: str
    word: str

    @property
    def said(self) -> str:
        if not self.word:
            return self.sign
        if self.sign in _DIGITS:
            return self.word
        return _("%(letter)s as in %(word)s") % {"letter": self.sign, "word": self.word}


def spell(reference: str) -> list[list[Spelled]]:
    """The groups of a reference. The city's own letters in front are said as they are."""
    prefix, *groups = reference.split("-")
    table = _WORDS | _DIGITS
    spelled = [[Spelled(sign, str(table[sign])) for sign in group] for group in groups]
    return [[Spelled(sign, "") for sign in prefix], *spelled]


def read_aloud(reference: str) -> str:
    """The whole of it: “S M – seven, K as in Kilo, … – …”."""
    prefix, *groups = spell(reference)
    said = [", ".join(one.said for one in group) for group in groups]
    return " – ".join([" ".join(one.said for one in prefix), *said])
