"""Words that tell of danger, as the city's table has them, and what to do then.

What is found is told apart by `kind`, the table's slug. Nothing here stops a report.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from city import cache, emergency_number
from city.danger import matcher, sentences
from city.danger.cells import split
from city.danger.matcher import Found as Danger
from city.danger.sentences import compile_table
from city.models import City, DangerKind
from lib import clock


class Number(NamedTuple):
    """Somebody to call besides the emergency number: the gas company, say."""

    label: str
    phone: str  # as people say it
    tel: str  # as a phone dials it


class Advice(NamedTuple):
    """What to tell somebody in danger: `text`, the city's emergency `phone`, and perhaps a second
    number, as people say it and as a phone dials it. `opens_at` is None during office hours, else
    when somebody reads reports again, local to the city.
    `kinds` are all that the words tell of, with blanks between: whoever says that no one is in
    danger has read them all. `text` is that of the first of them, since two could contradict each
    other; `numbers` has the second numbers of all, each once.
    """

    kind: str
    text: str
    phone: str
    second_label: str
    second_phone: str
    second_phone_tel: str
    opens_at: datetime | None
    kinds: str = ""
    numbers: tuple[Number, ...] = ()


def find(*texts: str) -> Danger | None:
    """The gravest danger that a text tells of, in any language of the table. Costs no query."""
    return table().find(*texts)


def stop(*texts: str, besides=()) -> Advice | None:
    """What to do in the gravest danger that a text tells of, or None. Costs no query.

    `besides` are the `kinds` that somebody denied: one or several, with blanks between.
    """
    denied = " ".join(besides).split()
    return advice_for(each.kind for each in table().each(*texts, besides=denied))


def advice(kind: str) -> Advice | None:
    """What to do, in the active language, else in the product's own, else in any; None for a kind
    that the table does not have. Costs no query.
    """
    row = _row(kind)
    return row and _told(row)


def advice_for(named: Iterable[str]) -> Advice | None:
    """Return the advice for several kinds: the first thing to do, and whom to call for any of them.

    None where the table has none of them. Costs no query.
    """
    found = [each for each in map(advice, sort_kinds(named)) if each]
    if not found:
        return None
    numbers = dict.fromkeys(number for each in found for number in each.numbers)
    return found[0]._replace(kinds=" ".join(each.kind for each in found), numbers=tuple(numbers))


def sort_kinds(named: Iterable[str]) -> list[str]:
    """Return the kinds `named`, each once, in the order of what must be done first.

    Kinds that the table does not have stand last.
    """
    order = {kind: place for place, kind in enumerate(kinds())}
    return sorted(set(named), key=lambda kind: (order.get(kind, len(order)), kind))


def name(kind: str) -> str:
    """What staff call a kind, in a language as for `advice`; its code where it has no name."""
    row = _row(kind)
    return (row and row.name) or kind.replace("-", " ")


def kinds() -> list[str]:
    """Every kind of the table, the gravest first."""
    return list(_advice())


def address() -> str:
    """Where browsers get the table, with advice in the active language; new once it changes."""
    path = reverse("danger_words", args=[get_language()])
    return f"{path}?v={version()}"


def version() -> str:
    """Return the version of what browsers get: the city's, and that of the product's own part.

    Empty when no city is loaded.
    """
    city = cache.current_version()
    return city and f"{city}.{sentences.fingerprint()}"


def blank_advice() -> Advice:
    """For the page that fills in the rest while somebody writes."""
    return _told(DangerKind())


def _told(row) -> Advice:
    city = City.current()
    second = Number(row.second_label, row.second_phone, row.second_phone_tel)
    return Advice(
        row.kind,
        emergency_number.fill(row.advice),
        city.emergency_phone,
        *second,
        city.calendar().closed_until(clock.now()),
        kinds=row.kind,
        numbers=(second,) if second.phone else (),
    )


def _row(kind) -> DangerKind | None:
    by_language = _advice().get(kind)
    if not by_language:
        return None
    wanted = [get_language(), settings.LANGUAGE_CODE, *by_language]
    return by_language[next(code for code in wanted if code in by_language)]


@cache.remembered
def table() -> matcher.Table:
    """The table as the matcher wants it, the gravest kind first in all its languages."""
    rows = [
        matcher.Row(row.kind, tuple(split(row.phrases)), tuple(split(row.exceptions)))
        for of_kind in _advice().values()
        for row in of_kind.values()
    ]
    return compile_table(tuple(rows), City.current().emergency_phone)


@cache.remembered
def _advice() -> dict[str, dict[str, DangerKind]]:
    """The rows in use by kind, the gravest first, and by language."""
    found: dict[str, dict[str, DangerKind]] = {}
    for row in DangerKind.objects.active():
        found.setdefault(row.kind, {})[row.language] = row
    return found
