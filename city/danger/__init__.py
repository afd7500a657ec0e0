"""Search for words of danger in texts, and the advice for each kind of danger.

The words are those of the city's table and of the product; a kind is the table's slug. Nothing here
stops a report.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from city import cache, emergency_number
from city.danger import matcher, sentences
from city.danger.cells import split_phrases
from city.danger.matcher import Danger
from city.danger.sentences import compile_table
from city.models import City, DangerKind
from lib import clock


class SecondNumber(NamedTuple):
    """A number to call besides the emergency number, such as the gas company's."""

    label: str
    phone: str  # as people say it
    tel: str  # as a phone dials it


class Advice(NamedTuple):
    """Advice for somebody in danger.

    `kinds` are all kinds that were found, separated by blanks; a person who denies the danger
    denies all of them. `text` and the second number are those of the first kind, because two
    advices could contradict each other; `numbers` has the second numbers of all kinds, each once.
    `phone` is the emergency number. `opens_at` is the local time at which staff read reports again;
    None during office hours.
    """

    kind: str
    text: str
    phone: str
    second_label: str
    second_phone: str
    second_phone_tel: str
    opens_at: datetime | None
    kinds: str = ""
    numbers: tuple[SecondNumber, ...] = ()


def find_danger(*texts: str) -> Danger | None:
    """Return the gravest danger that `texts` name in any language, or None. Makes no query.

    Dangers of a kind that the city's table lacks are not found.
    """
    return load_table().find_gravest(*texts)


def find_advice(*texts: str, denied_kinds: Iterable[str] = ()) -> Advice | None:
    """Return the advice for the dangers that `texts` name, or None. Makes no query.

    `denied_kinds` are the `Advice.kinds` that somebody denied, each one kind or several separated
    by blanks; denied kinds are left out.
    """
    denied = " ".join(denied_kinds).split()
    return advice_for_kinds(
        each.kind for each in load_table().find_first_of_each_kind(*texts, denied_kinds=denied)
    )


def advice_for_kind(kind: str) -> Advice | None:
    """Return the advice for a kind, or None if the table lacks the kind. Makes no query.

    The text is in the active language, else in the default language, else in any.
    """
    row = _find_row(kind)
    return _build_advice(row) if row else None


def advice_for_kinds(named: Iterable[str]) -> Advice | None:
    """Return the advice for the gravest of several kinds, with the numbers of all. Makes no query.

    Return None if the table has none of the kinds.
    """
    found = [each for each in map(advice_for_kind, sort_kinds(named)) if each]
    if not found:
        return None
    numbers = dict.fromkeys(number for each in found for number in each.numbers)
    return found[0]._replace(kinds=" ".join(each.kind for each in found), numbers=tuple(numbers))


def sort_kinds(named: Iterable[str]) -> list[str]:
    """Return the kinds `named`, each once, gravest first; kinds that the table lacks are last."""
    order = {kind: place for place, kind in enumerate(list_kinds())}
    return sorted(set(named), key=lambda kind: (order.get(kind, len(order)), kind))


def kind_name(kind: str) -> str:
    """Return the staff's name of a kind; without a name, its slug with blanks for hyphens."""
    row = _find_row(kind)
    return (row and row.name) or kind.replace("-", " ")


def list_kinds() -> list[str]:
    """Return all kinds of the table, gravest first."""
    return list(_rows_by_kind())


def table_url() -> str:
    """Return the URL of the table for browsers, with advice in the active language.

    The URL has the table's version as `?v=`.
    """
    path = reverse("danger_words", args=[get_language()])
    return f"{path}?v={table_version()}"


def table_version() -> str:
    """Return the version of what browsers load: the city's, and a hash of the product's own part.

    Return "" if no city is loaded.
    """
    city = cache.current_version()
    return city and f"{city}.{sentences.hash_sources()}"


def blank_advice() -> Advice:
    """Return advice with only the emergency number and opening time; a script fills in the rest."""
    return _build_advice(DangerKind())


def _build_advice(row: DangerKind) -> Advice:
    """Return the Advice of a row, with the city's emergency number and the next opening time."""
    city = City.current()
    second = SecondNumber(row.second_label, row.second_phone, row.second_phone_tel)
    return Advice(
        row.kind,
        emergency_number.fill_placeholder(row.advice),
        city.emergency_phone,
        *second,
        city.calendar().reopening_time(clock.now()),
        kinds=row.kind,
        numbers=(second,) if second.phone else (),
    )


def _find_row(kind: str) -> DangerKind | None:
    """Return the row of a kind in the active language, else the default one, else any.

    Return None if the table has no active row of the kind.
    """
    by_language = _rows_by_kind().get(kind)
    if not by_language:
        return None
    wanted = [get_language(), settings.LANGUAGE_CODE, *by_language]
    return by_language[next(code for code in wanted if code in by_language)]


@cache.cache_per_version
def load_table() -> matcher.DangerTable:
    """Return the compiled table, gravest kind first, in all languages."""
    rows = [
        matcher.DangerRow(
            row.kind, tuple(split_phrases(row.phrases)), tuple(split_phrases(row.exceptions))
        )
        for of_kind in _rows_by_kind().values()
        for row in of_kind.values()
    ]
    return compile_table(tuple(rows), City.current().emergency_phone)


@cache.cache_per_version
def _rows_by_kind() -> dict[str, dict[str, DangerKind]]:
    """Return the active rows by kind, gravest first, and by language."""
    found: dict[str, dict[str, DangerKind]] = {}
    for row in DangerKind.objects.active():
        found.setdefault(row.kind, {})[row.language] = row
    return found
