"""One stretch of a text that tells of a person."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    PLATE = "plate"
    NAME = "name"
    CARD = "card"
    SOCIAL_SECURITY = "ssn"


@dataclass(frozen=True)
class Span:
    """`start` and `end` count characters of the text, as a slice does."""

    start: int
    end: int
    kind: Kind
    text: str

    @classmethod
    def of(cls, match: re.Match, kind: Kind) -> "Span":
        """What the pattern's named group holds; all that it matches where it has none."""
        group = match.lastgroup or 0
        return cls(match.start(group), match.end(group), kind, match[group])

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end


class Writer(NamedTuple):
    """Who wrote a text: the country (ISO 3166, two letters), and the name that they gave or ""."""

    region: str
    name: str


def tidy(text: str) -> str:
    """No spaces left over at the ends of lines, or two of them in a row."""
    return re.sub(r"[ \t]+(?=\n|$)", "", re.sub(r"[ \t]{2,}", " ", text)).strip()
