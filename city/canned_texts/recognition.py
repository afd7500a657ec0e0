"""Recognition of canned texts that were sent unchanged, to translate them for each reader."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from re import Pattern
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from city import cache, emergency_number
from city.models import CannedText, City, Translation
from city.models.canned_text import PLACEHOLDERS, find_placeholders
from city.translation import translate
from lib import clock

# Values of placeholders for which the request has none.
FALLBACK_VALUES = {
    "department": _("the city"),
    "day": _("a day that we'll tell you here"),
    "place": _("this location"),
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_PLACEHOLDER_PATTERNS = {name: rf"(?P<{name}>.{{1,200}}?)" for name in PLACEHOLDERS}
_TRANSLATED_PLACEHOLDERS = {
    "department",
    "category",
}  # the pack may translate the values of these
_MAX_DAYS_AWAY = 1100  # days between the sending of a text and a day that it names


def translate_canned_text(text: str, sent_at: datetime, format_location: Callable[[], str]) -> str:
    """Return `text` in the active language if it is an unchanged canned text; else `text`.

    It is recognized by its words, in any of the city's languages. A day in it is identified by its
    name at `sent_at` (aware), a location if it is that of the request, which `format_location`
    returns in the active language. Makes no query.
    """
    plain, filled = _load_known_texts()
    if source := plain.get(text):
        return translate(source)
    for pattern, source, language in filled:
        if match := pattern.fullmatch(text):
            found = _replace_location(match.groupdict(), language, format_location)
            values = _translate_values(found, language, clock.localtime(sent_at).date())
            if values is not None:
                return _fill_placeholders(translate(source), values)
    return text


def _replace_location(
    found: dict[str, str], language: str, format_location: Callable[[], str]
) -> dict[str, str]:
    """Return the values of placeholders with the request's location in the active language."""
    if "place" not in found:
        return found
    with translation.override(language):
        is_of_request = found["place"] == format_location()
    return found | {"place": format_location()} if is_of_request else found


def _fill_placeholders(told: str, values: dict[str, str]) -> str:
    """Return `told` with each placeholder replaced. Raise KeyError if `values` lacks one."""
    return _PLACEHOLDER.sub(lambda gap: values[gap[1]], told)


def _translate_values(found: dict[str, str], language: str, sent_on: date) -> dict[str, str] | None:
    """Return the values in the active language; None if a day cannot be identified."""
    values = {}
    for name, value in found.items():
        translated = _translate_value(name, value, language, sent_on)
        if translated is None:
            return None
        values[name] = translated
    return values


def _translate_value(name: str, value: str, language: str, sent_on: date) -> str | None:
    """Return the value of one placeholder in the active language; None for a day not identified.

    A fallback text, a department and a category are translated, a day is formatted again, and any
    other value stays as it is.
    """
    if value == _fallback_value(name, language):
        return str(FALLBACK_VALUES[name])
    if name in _TRANSLATED_PLACEHOLDERS:
        return translate(_source_by_translation().get(value, value))
    if name == "day":
        day = _find_day(value, language, sent_on)
        return clock.format_absolute_date(day) if day else None
    return value


def _fallback_value(name: str, language: str) -> str:
    """Return the text in `language` for a placeholder without a value; "" if it has none."""
    with translation.override(language):
        return str(FALLBACK_VALUES.get(name, ""))


@lru_cache(maxsize=1000)
def _find_day(name: str, language: str, sent_on: date) -> date | None:
    """Return the day that was called `name` in `language` on the day `sent_on`; None for none.

    Only days whose number occurs in `name` are formatted for the comparison.
    """
    numbers = {int(digits) for digits in re.findall(r"\d+", name)}
    with translation.override(language):
        for far in range(_MAX_DAYS_AWAY):
            for day in (sent_on + timedelta(far), sent_on - timedelta(far)):
                if (
                    day.day in numbers
                    and clock.format_absolute_date(day, reference_day=sent_on) == name
                ):
                    return day
    return None


@cache.cache_per_version
def _source_by_translation() -> dict[str, str]:
    """Return {translation: original text} of the pack, with all languages."""
    return dict(Translation.objects.values_list("words", "source"))


@cache.cache_per_version
def _load_known_texts() -> tuple[dict[str, str], list[tuple[Pattern, str, Any]]]:
    """Return (source by text, [(pattern, source, language)]) of all canned texts.

    Inactive texts are included. The dict has the texts without placeholders in each language, the
    list the others. `language` is the one in which the placeholders of such a text are filled. A
    text is left out if a translation has other placeholders.
    """
    languages = City.current().languages
    bodies = map(
        emergency_number.fill_placeholder, CannedText.objects.values_list("body", flat=True)
    )
    sources = [body for body in bodies if _keeps_placeholders(body, languages)]
    each = {source: (source, settings.LANGUAGE_CODE) for source in sources}
    for source in sources:
        for code in languages:
            each.setdefault(translate(source, code), (source, code))
    plain = {
        told: source for told, (source, _code) in each.items() if not _PLACEHOLDER.search(told)
    }
    filled = [(_build_pattern(told), *known) for told, known in each.items() if told not in plain]
    return plain, filled


def _keeps_placeholders(source: str, languages: list[str]) -> bool:
    """Return True if each translation has the placeholders of its source."""
    gaps = find_placeholders(source)
    return all(find_placeholders(translate(source, code)) == gaps for code in languages)


def _build_pattern(told: str) -> Pattern:
    """Return a pattern of the text, with a named group of 1 to 200 characters per placeholder."""
    seen, parts = set(), []
    for n, part in enumerate(_PLACEHOLDER.split(told)):
        if n % 2 == 0:
            parts.append(re.escape(part))
        elif part in seen:
            parts.append(f"(?P={part})")
        else:
            seen.add(part)
            parts.append(_PLACEHOLDER_PATTERNS[part])
    return re.compile("".join(parts))
