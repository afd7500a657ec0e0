"""Validator that refuses passwords found by few guesses, as estimated by zxcvbn.

zxcvbn knows common and breached passwords, words, names, dates, keyboard patterns and usual
substitutions. It is also given the city's words, the user's own, seasons, months and recent years.
A password is estimated as it is typed, without separators, and by its letters alone, because a year
and a sign after common words add little. zxcvbn's lists take 12 MB and are loaded where a password
is chosen.
"""

import math
import re
from collections.abc import Iterable
from operator import attrgetter
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from zxcvbn import zxcvbn

from accounts.models import User, normalize_password
from accounts.passwords import requirements_for
from city.models import City, Department, Zone
from lib import clock

_MAX_LENGTH_TO_ESTIMATE = 72  # characters; if these take enough guesses, the whole does
GUESSES_OF_DIGITS_AND_SIGNS = 1e3  # what a year and a sign add to words, however long they are
MIN_WORD_LENGTH = 4  # letters; shorter words also occur in random letters
MAX_UNKNOWN_LETTERS = 3  # beside words, such as the "fan" of "lakersfan"
PRODUCT_WORDS = [
    "santa311", "santa", "311", "open311", "pothole", "potholes", "city hall", "city manager",
    "public works", "street services", "street light", "city council", "fire department",
    "police department", "graffiti", "parking", "ayuntamiento", "obras públicas", "obras publicas",
    "alumbrado público", "alumbrado publico", "bache", "baches", "ciudad", "contraseña",
    "contrasena", "bienvenidos", "administrador",
]  # fmt: skip
# Sentences near the top of lists of breached passwords, which zxcvbn does not know.
FAMOUS_SENTENCES = {
    "correcthorsebatterystaple", "iloveyousomuch", "iloveyouverymuch", "ihatepasswords",
    "thisisapassword", "thisisnotapassword", "thisismysecretpassword", "letmeinnow", "ihateyou",
    "maytheforcebewithyou", "onceuponatime", "tobeornottobe", "winteriscoming", "openthedoor",
    "welcometothejungle", "mysecretpassword", "donotforgetthis", "iforgotmypassword",
    "teamomucho", "tequieromucho", "miamorporsiempre", "abretesesamo", "nomeacuerdo",
}  # fmt: skip
FIRST_UNKNOWN_YEAR = 2020  # zxcvbn takes 1900 to 2019 for years
SEASONS_AND_MONTHS = [
    "spring", "summer", "autumn", "fall", "winter", "primavera", "verano", "otoño", "invierno",
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december", "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
]  # fmt: skip


class GuessesValidator:
    """A validator that refuses passwords that can be guessed (`passwords.PasswordRequirements`)."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError if the user's required number of guesses would find the password.

        Estimated are the password as it is typed, without separators, and by its letters if these
        are mostly words. FAMOUS_SENTENCES are refused in any case.
        """
        asked = requirements_for(user).guesses
        typed = normalize_password(password)
        letters = _letters_only(typed)
        if letters in FAMOUS_SENTENCES:
            raise _build_error(
                [{"token": typed, "pattern": "dictionary", "dictionary_name": "passwords"}]
            )
        known = [
            *map(_remove_separators, PRODUCT_WORDS),
            *SEASONS_AND_MONTHS,
            *_list_city_words(),
            *_list_user_words(user),
            *_list_unknown_years(),
        ]
        found = [
            _estimate_guesses(each, known)
            for each in dict.fromkeys((typed, _remove_separators(typed)))
        ]
        reckoned = min(found, key=attrgetter("guesses"))
        if reckoned.guesses < asked:
            raise _build_error(reckoned.parts)
        words = _estimate_guesses(letters, known).parts
        is_made_of_words = len(letters) * 2 >= len(typed) and _has_mostly_words(words)
        if (
            is_made_of_words
            and _count_guesses_of_words(words) < asked / GUESSES_OF_DIGITS_AND_SIGNS
        ):
            raise _build_error(words)

    def get_help_text(self) -> str:
        """Return the help text: no name of the city, no date, no password that many people use."""
        return _("Don't use the city's name, a date, or a password that many people use.")


class Estimate(NamedTuple):
    """zxcvbn's result for a password: the number of guesses that find it, and its parts."""

    guesses: float
    parts: list[dict]


def _estimate_guesses(password: str, known: list[str]) -> Estimate:
    """Return zxcvbn's number of guesses and parts for the password; infinite and [] if it is empty.

    Only the first _MAX_LENGTH_TO_ESTIMATE characters are estimated; `known` are words easy to
    guess.
    """
    if not password:
        return Estimate(math.inf, [])
    said = zxcvbn(password[:_MAX_LENGTH_TO_ESTIMATE], user_inputs=known)
    return Estimate(said["guesses"], said["sequence"])


def _build_error(parts: list[dict]) -> ValidationError:
    """Return a ValidationError with the reason that zxcvbn's `parts` give."""
    return ValidationError(_format_reason(parts), code="password_guessable")


def _remove_separators(password: str) -> str:
    """Return the password without blanks and punctuation, or unchanged if nothing is left."""
    return re.sub(r"[\s._,-]", "", password) or password


def _letters_only(password: str) -> str:
    """Return the letters of a password in lower case."""
    return "".join(filter(str.isalpha, password)).casefold()


def _has_mostly_words(parts: list[dict]) -> bool:
    """Return True if at least half of the letters are words that zxcvbn knows, and few are not."""
    words = unknown = 0
    for part in parts:
        word = part["base_token"] if part["pattern"] == "repeat" else part["token"]
        if part["pattern"] not in {"dictionary", "repeat"}:
            unknown += len(part["token"])
        elif len(word) >= MIN_WORD_LENGTH:
            words += len(part["token"])
    return unknown <= MAX_UNKNOWN_LETTERS and words * 2 >= sum(len(part["token"]) for part in parts)


def _count_guesses_of_words(words: list[dict]) -> float:
    """Return the number of guesses that find these words in any order.

    zxcvbn counts at least 10,000 guesses for each further part, which is much for "welcome to".
    """
    each = (word.get("rank", word["guesses"]) for word in words)
    return math.prod(each) * math.factorial(len(words))


def _list_unknown_years() -> list[str]:
    """Return the years that zxcvbn does not take for dates, up to ten years from now."""
    return [str(year) for year in range(FIRST_UNKNOWN_YEAR, clock.now().year + 11)]


def _list_city_words() -> list[str]:
    """Return words in the names of the city, its service, state, departments and zones.

    They are as `_split_names` returns them: each name as one word, and its words of more than three
    letters, sorted, in lower case.
    """
    city = City.current()
    names = [city.name, city.service_name, city.state]
    for model in (Department, Zone):
        names += model.objects.values_list("name", flat=True)
    return _split_names(names)


def _list_user_words(user: User | None) -> list[str]:
    """Return words in the user's names and address, sorted, in lower case; [] for None.

    Each name is one word; its words of more than three letters are listed, too. The address is
    split at "@" and ".".
    """
    if user is None:
        return []
    names = [user.username, user.first_name, user.last_name]
    return _split_names([*names, *(user.email or "").replace("@", " ").replace(".", " ").split()])


def _split_names(names: Iterable[str]) -> list[str]:
    """Return each name as one word, and its words of more than three letters, sorted.

    All are in lower case.
    """
    whole = ["".join(name.split()) for name in names]
    words = [word for name in names for word in name.split() if len(word) > 3]
    return sorted({each.lower() for each in [*whole, *words] if each})


def _format_reason(parts: list[dict]) -> str:
    """Return the first reason in `_REASONS` that a part gives, and the advice to use few words."""
    found = set(map(_reason_key, parts))
    words = next((said for kind, said in _REASONS.items() if kind in found), _REASONS["words"])
    return f"{words} {_('Use a few words that have nothing to do with each other.')}"


def _reason_key(part: dict) -> str:
    """Return the key in `_REASONS` for one of zxcvbn's parts, "words" if there is no other."""
    if part["token"] in _list_unknown_years():
        return "date"
    return _REASON_KEYS.get(part.get("dictionary_name", part["pattern"]), "words")


# Key of _REASONS by zxcvbn's name of a pattern or list. The lists of words are left out.
_REASON_KEYS = {
    "user_inputs": "known", "passwords": "common", "date": "date", "regex": "date",
    "repeat": "run", "sequence": "run", "spatial": "run",
}  # fmt: skip
# Why a password is refused, by its kind of part; only the first reason that applies is given.
_REASONS = {
    "known": gettext_lazy(
        "This password is easy to guess: it's made of the name of the city, this service, a "
        "person or a season."
    ),
    "common": gettext_lazy("Many people use a password like this, or it was in a data breach."),
    "date": gettext_lazy("This password is easy to guess: it's a word and a date or a year."),
    "run": gettext_lazy(
        "This password is easy to guess: it repeats itself, or follows the alphabet or the "
        "keyboard."
    ),
    "words": gettext_lazy("This password is easy to guess: it's made of very common words."),
}
