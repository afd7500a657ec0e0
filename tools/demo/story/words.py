"""The texts of the story: those that fit any city, and those of a pack.

A pack may have a folder `demo` with the texts about each of its categories, and the places.
"""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TALK = Path(__file__).with_name("talk.toml")
PLACES = "places"
NO_PICTURE = "none"
_ANSWER = re.compile(r"([a-z-]+)=(.*?)(?= [a-z-]+=|$)")


@dataclass(frozen=True)
class Saying:
    """A text by a resident.

    `note` is the crew's note when this is done (empty: any note of the topic). `answers` maps a
    question's code to the fitting choice or text. `picture` is a fitting subject, or "none".
    """

    text: str
    language: str = "en"
    note: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    picture: str = ""


@dataclass(frozen=True)
class Topic:
    """A category of the pack, by its service code, with its texts."""

    code: str
    weight: float
    where: str
    sayings: tuple[Saying, ...]
    notes: tuple[str, ...]
    resolution: str
    photo: float = 0.0
    pictures: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    asks: tuple[tuple[str, str], ...] = ()
    again: tuple[str, ...] = ()
    answers: dict[str, list[str]] = field(default_factory=dict)
    to: str = ""

    def saying(self, start: str) -> Saying:
        """Return the saying whose text begins with `start`; raise StopIteration without one."""
        return next(saying for saying in self.sayings if saying.text.startswith(start))


def topics(folder: Path) -> dict[str, Topic]:
    """Return every topic by service code; raise TypeError or KeyError for an invalid table."""
    found: dict[str, Topic] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.stem != PLACES:
            found |= {code: _topic(code, table) for code, table in _read(path).items()}
    return found


def places(folder: Path) -> dict:
    """Return the `lively`, `landmarks` and `spots` of the pack's places.toml."""
    return _read(folder / f"{PLACES}.toml")


def talk() -> dict:
    """Return the content of `talk.toml`: words that fit any request."""
    return _read(TALK)


def _read(path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _topic(code, table) -> Topic:
    """Return the Topic of a table in the pack's file of texts."""
    table = dict(table)
    english = [_saying(item, "en") for item in table.pop("says")]
    spanish = [_saying(item, "es") for item in table.pop("dice")]
    lists = ("pictures", "after", "plans", "again")
    table |= {name: tuple(table[name]) for name in lists if name in table}
    table["asks"] = tuple(tuple(pair) for pair in table.get("asks", ()))
    return Topic(
        code=code,
        sayings=(*english, *spanish),
        notes=tuple(table.pop("done")),
        resolution=table.pop("code"),
        **table,
    )


def _saying(item, language) -> Saying:
    """Return the Saying of a text, or of [text, note, facts]; facts are "code=answer" pairs."""
    given = [item] if isinstance(item, str) else item
    text, note, facts = [*given, "", ""][:3]
    answers = dict(_ANSWER.findall(facts))
    return Saying(text, language, note, answers, answers.pop("picture", ""))
