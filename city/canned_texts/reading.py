"""Canned texts that were sent as they stood, as each reader reads them."""

import re
from datetime import date, timedelta
from functools import lru_cache
from re import Pattern
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from city import cache, emergency_number
from city.models import CannedText, City, Translation
from city.models.canned_text import PLACEHOLDERS, placeholders_in
from city.translation import translated
from lib import clock

# What stands in a gap where the request has nothing to fill it with.
INSTEAD = {
    "department": _("the city"),
    "day": _("a day that we'll tell you here"),
    "place": _("this location"),
}
_GAP = re.compile(r"\{(\w+)\}")
_FILLED = {name: rf"(?P<{name}>.{{1,200}}?)" for name in PLACEHOLDERS}
_NAMES = {"department", "category"}  # of these values, too, the pack may have a translation
_FARTHEST = 1100  # days between the sending of a text and the day it names


def in_readers_language(text: str, sent_at) -> str:
    """`text` in the active language where it is a canned text that nobody changed; else itself.

    It is known by its words, in whichever of the city's languages it was sent. A day in it is
    found again by what it was called at `sent_at` (aware). Costs no query.
    """
    plain, filled = _known()
    if source := plain.get(text):
        return translated(source)
    for pattern, source, language in filled:
        if match := pattern.fullmatch(text):
            values = _values(match.groupdict(), language, clock.localtime(sent_at).date())
            if None not in values.values():
                return _filled(translated(source), values)
    return text


def _filled(told, values) -> str:
    return _GAP.sub(lambda gap: values[gap[1]], told)


def _values(found, language, sent_on) -> dict:
    """Each value in the active language; None for a day that is none."""
    return {name: _value(name, value, language, sent_on) for name, value in found.items()}


def _value(name, value, language, sent_on) -> str | None:
    if value == _instead(name, language):
        return str(INSTEAD[name])
    if name in _NAMES:
        return translated(_sources().get(value, value))
    if name == "day":
        day = _day(value, language, sent_on)
        return day and clock.format_absolute_date(day)
    return value


def _instead(name, language) -> str:
    with translation.override(language):
        return str(INSTEAD.get(name, ""))


@lru_cache(maxsize=1000)
def _day(name, language, sent_on) -> date | None:
    """The day that was called `name` in `language` on the day `sent_on`; None if none was.

    Only the days that have a number of `name` are asked for their own name.
    """
    numbers = {int(digits) for digits in re.findall(r"\d+", name)}
    with translation.override(language):
        for far in range(_FARTHEST):
            for day in (sent_on + timedelta(far), sent_on - timedelta(far)):
                if (
                    day.day in numbers
                    and clock.format_absolute_date(day, reference_day=sent_on) == name
                ):
                    return day
    return None


@cache.remembered
def _sources() -> dict:
    """The pack's own words by what they are called in another language."""
    return dict(Translation.objects.values_list("words", "source"))


@cache.remembered
def _known() -> tuple[dict[str, str], list[tuple[Pattern, str, Any]]]:
    """(source by text, [(pattern, source, language)]) of all canned texts, also of those no longer
    in use. `language` is the one in which the gaps of such a text are filled.
    """
    languages = City.current().languages
    bodies = map(emergency_number.fill, CannedText.objects.values_list("body", flat=True))
    sources = [body for body in bodies if _can_be_told(body, languages)]
    each = {source: (source, settings.LANGUAGE_CODE) for source in sources}
    for source in sources:
        for code in languages:
            each.setdefault(translated(source, code), (source, code))
    plain = {told: source for told, (source, _code) in each.items() if not _GAP.search(told)}
    filled = [(_pattern(told), *known) for told, known in each.items() if told not in plain]
    return plain, filled


def _can_be_told(source, languages) -> bool:
    """Whether each translation has its gaps; one that was changed by hand may have lost some."""
    gaps = placeholders_in(source)
    return all(placeholders_in(translated(source, code)) == gaps for code in languages)


def _pattern(told) -> Pattern:
    seen, parts = set(), []
    for n, part in enumerate(_GAP.split(told)):
        if n % 2 == 0:
            parts.append(re.escape(part))
        elif part in seen:
            parts.append(f"(?P={part})")
        else:
            seen.add(part)
            parts.append(_FILLED[part])
    return re.compile("".join(parts))
