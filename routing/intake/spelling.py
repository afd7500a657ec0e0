"""A reference spelled for reading aloud: seven, K as in Kilo, three, Q as in Quebec."""

from string import ascii_uppercase, digits
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


class SpelledCharacter(NamedTuple):
    """A character of a reference; `word` is its code word, empty if none is needed."""

    character: str
    word: str

    @property
    def spoken(self) -> str:
        """Return “K as in Kilo” for a letter, “seven” for a digit; the character without a word."""
        if not self.word:
            return self.character
        if self.character in digits:
            return self.word
        return _("%(letter)s as in %(word)s") % {"letter": self.character, "word": self.word}


def spell_reference(reference: str) -> list[list[SpelledCharacter]]:
    """Return the groups of a reference, the city's prefix first and without code words.

    `reference` has groups separated by hyphens, of capital letters and digits; KeyError for others.
    """
    words = _load_code_words()
    prefix, *groups = reference.split("-")
    spelled = [[SpelledCharacter(sign, words[sign]) for sign in group] for group in groups]
    return [[SpelledCharacter(sign, "") for sign in prefix], *spelled]


def _load_code_words() -> dict[str, str]:
    """Return the code word of each letter and digit in the current language.

    A language with its own spelling alphabet translates all words.
    """
    letters = pgettext(
        "spelling alphabet",
        "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November "
        "Oscar Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu",
    )
    numbers = _("zero one two three four five six seven eight nine")
    return dict(zip(ascii_uppercase + digits, f"{letters} {numbers}".split(), strict=True))


def format_for_reading_aloud(reference: str) -> str:
    """Return the whole reference as text: “S M – seven, K as in Kilo, … – …”."""
    prefix, *groups = spell_reference(reference)
    said = [", ".join(one.spoken for one in group) for group in groups]
    return " – ".join([" ".join(one.spoken for one in prefix), *said])
