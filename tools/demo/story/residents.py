"""The residents of the story: each has a browser, and sometimes a name and contact data."""

import unicodedata
from dataclasses import dataclass, field

from requests_app.models import Device
from tools.demo.people import ANA_EMAIL, ANA_KEY, ANA_NAME

_HAS_EMAIL, _HAS_PHONE = 0.45, 0.2


@dataclass
class Resident:
    """A resident; `contact` is the contact data that this person gives to the city."""

    device: Device
    language: str
    contact: dict[str, str] = field(default_factory=dict)


def ana() -> Resident:
    """Return the resident whose device key the role switcher gives to a browser."""
    contact = {"name": ANA_NAME, "email": ANA_EMAIL, "phone": ""}
    return Resident(Device(key_hash=Device.hash_key(ANA_KEY)), "en", contact)


def crowd(dice, names, count) -> list[Resident]:
    """Return `count` residents with unsaved devices whose keys nobody knows."""
    return [_one(dice, names, number) for number in range(count)]


def _one(dice, names, number) -> Resident:
    """Return a resident with a random name, and by chance with an email address and a phone."""
    first, last = dice.choice(names["first"]), dice.choice(names["last"])
    name = f"{first} {last}"
    email = f"{_plain(first)}.{_plain(last)}{number}@example.com"
    phone = f"310-555-{dice.randint(100, 199):04}"
    contact = {
        "name": name if dice.random() < 0.6 else "",
        "email": email if dice.random() < _HAS_EMAIL else "",
        "phone": phone if dice.random() < _HAS_PHONE else "",
    }
    key = Device.hash_key(f"a browser of the story {number} {dice.random()}")
    return Resident(Device(key_hash=key), "es" if dice.random() < 0.14 else "en", contact)


def make_caller(dice, names) -> dict[str, str]:
    """Return {name, email, phone} of a caller; the email is ""."""
    name = f"{dice.choice(names['first'])} {dice.choice(names['last'])}"
    return {"name": name, "email": "", "phone": f"310-555-{dice.randint(100, 199):04}"}


def _plain(name) -> str:
    """Return the ASCII letters of the name in lower case, without accents."""
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())
