"""The phrases and exceptions of a table, as its cells have them."""

from collections.abc import Iterator
from typing import NamedTuple

from city.danger.letters import SOMEONE
from city.danger.reading import fold, words_of
from city.danger.typos import SHORTEST

STAR = "*"
JOINED = "+"
EITHER_WAY = "~"
ITSELF = "="
GROUP = "@"


class Phrase(NamedTuple):
    """`slots` has for each place the words of which one stands there; a star only at an end."""

    text: str
    slots: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        return " ".join("/".join(slot) for slot in self.slots)


def words_in(phrases) -> set:
    return {word for phrase in phrases for slot in phrase.slots for word in slot}


def compiled(texts) -> list:
    """The phrases that have a word; of two words also written as one."""
    found = []
    for phrase, order in [(each, order) for each in texts for order in _orders(each)]:
        slots = tuple(_slots(order))
        if any(slot != (STAR,) for slot in slots):
            found.append(Phrase(phrase, slots))
        if len(slots) == 2 and all(len(slot) == 1 for slot in slots):
            (one,), (other,) = slots
            if (one + other).isalnum() and len(one + other) > SHORTEST + 2:
                found.append(Phrase(phrase, ((one + other,),)))
    return found


def _orders(text) -> list[str] | list:
    """A phrase as it stands; the two parts of one with a "~" either way round."""
    one, _either_way, other = text.partition(EITHER_WAY)
    return [f"{one} {other}", f"{other} {one}"] if other else [one]


def _slots(text) -> Iterator[tuple[str] | tuple[str, ...]]:
    """For each place of a phrase the words that may stand there."""
    for token in text.split():
        if token == STAR:
            yield (STAR,)
        elif "/" in token or JOINED in token or GROUP in token:
            words = (word for part in token.split("/") for word in _named(part))
            yield tuple(dict.fromkeys(words))
        else:
            yield from ((word,) for word in _named(token))


def _named(part) -> Iterator[str]:
    """The words of a part of a phrase, each with the fillers that have to stand before it."""
    *fillers, last = part.split(JOINED)
    if last.startswith(GROUP):
        yield JOINED.join([*map(fold, fillers), fold(last)])
        return
    is_anyone = not last.startswith(ITSELF)
    for word in words_of(last):
        text = SOMEONE if is_anyone and word.text in {SOMEONE, "alguien"} else word.text
        yield JOINED.join([*map(fold, fillers), text])
