"""A reference as it is read aloud: seven, K as in Kilo, three, Q as in Quebec."""

from string import ascii_uppercase, digits
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


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
    words = _words()
    prefix, *groups = reference.split("-")
    spelled = [[Spelled(sign, words[sign]) for sign in group] for group in groups]
    return [[Spelled(sign, "") for sign in prefix], *spelled]


def _words() -> dict[str, str]:
    """What stands for each letter and digit. A language that spells with names of its own
    translates the whole alphabet, first letters and all.
    """
    letters = pgettext(
        "spelling alphabet",
        "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November "
        "Oscar Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu",
    )
    numbers = _("zero one two three four five six seven eight nine")
    return dict(zip(ascii_uppercase + digits, f"{letters} {numbers}".split(), strict=True))


def read_aloud(reference: str) -> str:
    """The whole of it: “S M – seven, K as in Kilo, … – …”."""
    prefix, *groups = spell(reference)
    said = [", ".join(one.said for one in group) for group in groups]
    return " – ".join([" ".join(one.said for one in prefix), *said])
