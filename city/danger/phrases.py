"""Parser of the phrases and exceptions of a table."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from city.danger.letters import ANYONE
from city.danger.text_parser import fold_text, parse_words
from city.danger.typos import MIN_LENGTH_FOR_TYPO

STAR = "*"
JOIN_SIGN = "+"
ANY_ORDER_SIGN = "~"
LITERAL_SIGN = "="
GROUP_SIGN = "@"


class Phrase(NamedTuple):
    """A parsed phrase.

    `slots` has for each position the alternative words; a star is only at an end.
    """

    text: str
    slots: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        return " ".join("/".join(slot) for slot in self.slots)


def collect_words(phrases: Iterable[Phrase]) -> set[str]:
    """Return all words in the slots of `phrases`."""
    return {word for phrase in phrases for slot in phrase.slots for word in slot}


def compile_phrases(texts: Iterable[str]) -> list[Phrase]:
    """Return the parsed phrases that have a word, in both orders for a "~".

    A phrase of two single words is also returned as one word, if that has seven letters or more.
    """
    found = []
    for phrase, order in [(each, order) for each in texts for order in _list_orders(each)]:
        slots = tuple(_parse_slots(order))
        if any(slot != (STAR,) for slot in slots):
            found.append(Phrase(phrase, slots))
        if len(slots) == 2 and all(len(slot) == 1 for slot in slots):
            (one,), (other,) = slots
            if (one + other).isalnum() and len(one + other) > MIN_LENGTH_FOR_TYPO + 2:
                found.append(Phrase(phrase, ((one + other,),)))
    return found


def _list_orders(text: str) -> list[str]:
    """Return [the phrase], or both orders of the two sides of a "~"."""
    one, _either_way, other = text.partition(ANY_ORDER_SIGN)
    return [f"{one} {other}", f"{other} {one}"] if other else [one]


def _parse_slots(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the alternative words of each position of a phrase."""
    for token in text.split():
        if token == STAR:
            yield (STAR,)
        elif "/" in token or JOIN_SIGN in token or GROUP_SIGN in token:
            words = (word for part in token.split("/") for word in _parse_slot_words(part))
            yield tuple(dict.fromkeys(words))
        else:
            yield from ((word,) for word in _parse_slot_words(token))


def _parse_slot_words(part: str) -> Iterator[str]:
    """Yield the words of one alternative, each joined with the fillers required before it."""
    *fillers, last = part.split(JOIN_SIGN)
    if last.startswith(GROUP_SIGN):
        yield JOIN_SIGN.join([*map(fold_text, fillers), fold_text(last)])
        return
    is_anyone = not last.startswith(LITERAL_SIGN)
    for word in parse_words(last):
        text = ANYONE if is_anyone and word.text in {ANYONE, "alguien"} else word.text
        yield JOIN_SIGN.join([*map(fold_text, fillers), text])
