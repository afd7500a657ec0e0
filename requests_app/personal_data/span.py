"""A span of personal data in a text."""

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
    """Personal data at `start` to `end` of a text, as slice indexes."""

    start: int
    end: int
    kind: Kind
    text: str

    @classmethod
    def from_match(cls, match: re.Match, kind: Kind) -> "Span":
        """Return the span of the pattern's named group, or of the whole match without one."""
        group = match.lastgroup or 0
        return cls(match.start(group), match.end(group), kind, match[group])

    def overlaps(self, other: "Span") -> bool:
        """Return whether both spans have a character in common."""
        return self.start < other.end and other.start < self.end


class Writer(NamedTuple):
    """The writer of a text: the country (ISO 3166, two letters) and the name, or ""."""

    region: str
    name: str


def tidy_spaces(text: str) -> str:
    """Return `text` without double spaces, spaces at the ends of lines, and outer whitespace."""
    return re.sub(r"[ \t]+(?=\n|$)", "", re.sub(r"[ \t]{2,}", " ", text)).strip()
