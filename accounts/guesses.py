"""How many guesses find a password, reckoned by zxcvbn.

It knows common and breached passwords, words, names, dates, runs of keys and what people replace
letters by; it is told the city's words and the person's own. It is loaded where somebody chooses a
password: its lists take 12 MB.
"""

import re
from operator import itemgetter

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from zxcvbn import zxcvbn

from accounts.models import normal_password
from accounts.passwords import asked_of
from city.models import City, Department, Zone

_LOOKED_AT = 72  # characters: where these take enough guesses, all do
PRODUCT = [
    "santa311",
    "santa",
    "311",
    "open311",
    "pothole",
    "city hall",
    "cityhall",
    "public works",
]
SEASONS = [
    "spring", "summer", "autumn", "fall", "winter", "primavera", "verano", "otoño", "invierno",
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december", "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
]  # fmt: skip


class Guesses:
    """Common and breached passwords, the city's words and the person's own, dates and runs."""

    def validate(self, password, user=None):
        known = [*PRODUCT, *SEASONS, *_words_of_the_city(), *_words_of(user)]
        typed = normal_password(password)
        reckoned = min(
            (zxcvbn(each[:_LOOKED_AT], user_inputs=known) for each in (typed, _joined(typed))),
            key=itemgetter("guesses"),
        )
        if reckoned["guesses"] < asked_of(user).guesses:
            raise ValidationError(_why(reckoned["sequence"]), code="password_guessable")

    def get_help_text(self):
        return _("Don't use the city's name, a date, or a password that many people use.")


def _joined(password):
    """Without what people put between words, which makes known words none the better."""
    return re.sub(r"[\s._,-]", "", password) or password


def _words_of_the_city():
    city = City.current()
    names = [city.name, city.service_name, city.state]
    for model in (Department, Zone):
        names += model.objects.values_list("name", flat=True)
    return _parts(names)


def _words_of(person):
    if person is None:
        return []
    names = [person.username, person.first_name, person.last_name]
    return _parts([*names, *(person.email or "").replace("@", " ").replace(".", " ").split()])


def _parts(names):
    """Each name in one word, as people write it into a password, and each of its longer words."""
    whole = ["".join(name.split()) for name in names]
    words = [word for name in names for word in name.split() if len(word) > 3]
    return sorted({each.lower() for each in [*whole, *words] if each})


def _why(parts):
    """Of the parts that a password falls into, the one that most people would think of first."""
    found = {_KINDS.get(part.get("dictionary_name", part["pattern"]), "words") for part in parts}
    words = next((said for kind, said in _REASONS.items() if kind in found), _REASONS["words"])
    return f"{words} {_('Use a few words that have nothing to do with each other.')}"


# What zxcvbn calls its patterns and lists, those of words left out.
_KINDS = {
    "user_inputs": "known", "passwords": "common", "date": "date", "regex": "date",
    "repeat": "run", "sequence": "run", "spatial": "run",
}  # fmt: skip
# Why a password is refused, by what it is made of; the first that is true is said.
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
