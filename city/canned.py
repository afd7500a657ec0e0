"""Canned texts that were sent as they stood, as each reader reads them."""

import re

from city import memory
from city.models import CannedText, City, Translation
from city.models.canned_text import PLACEHOLDERS, placeholders_in
from city.words import said

_GAP = re.compile(r"\{(\w+)\}")
_FILLED = {
    name: rf"(?P<{name}>.{{1,200}}?)" for name in PLACEHOLDERS if name != "day"
}  # a day is said in words of its language: a text with one stays as it was sent
_NAMES = {"department", "category"}  # of these values, too, the pack may have a translation


def in_readers_language(text: str) -> str:
    """`text` in the active language where it is a canned text that nobody changed; else itself.

    It is known by its words, in whichever of the city's languages it was sent. Costs no query.
    """
    plain, filled = _known()
    if source := plain.get(text):
        return said(source)
    for pattern, source in filled:
        if match := pattern.fullmatch(text):
            return _filled(said(source), _values(match.groupdict()))
    return text


def _filled(told, values):
    return _GAP.sub(lambda gap: values[gap[1]], told)


def _values(found):
    names = {name: said(_sources().get(found[name], found[name])) for name in _NAMES & set(found)}
    return found | names


@memory.remembered
def _sources():
    """The pack's own words by what they are called in another language."""
    return dict(Translation.objects.values_list("words", "source"))


@memory.remembered
def _known():
    """(source by text, [(pattern, source)]) of all canned texts, also of those no longer in use."""
    languages = City.objects.current().languages
    bodies = CannedText.objects.values_list("body", flat=True)
    sources = [body for body in bodies if _can_be_told(body, languages)]
    each = [(said(source, code), source) for source in sources for code in languages]
    each += [(source, source) for source in sources]
    plain = {told: source for told, source in each if not _GAP.search(told)}
    filled = {told: source for told, source in each if _GAP.search(told) and "{day}" not in told}
    return plain, [(_pattern(told), source) for told, source in filled.items()]


def _can_be_told(source, languages):
    """Whether each translation has its gaps; one that was changed by hand may have lost some."""
    gaps = placeholders_in(source)
    return all(placeholders_in(said(source, code)) == gaps for code in languages)


def _pattern(told):
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
