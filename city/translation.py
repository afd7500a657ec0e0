"""The pack's words as a resident reads them: in their language, where they are translated."""

from collections import defaultdict
from collections.abc import Iterable

from django.apps import apps
from django.conf import settings
from django.utils.translation import get_language

from city import cache, emergency_number


def translate(text, language: str | None = None) -> str:
    """Words of the pack (a name, a hint, a question …) in `language`, else in the active one.

    Words without a translation stay as the pack has them; the emergency number stands in place of
    its placeholder, also in words that were stored with the number. Costs no query.
    """
    text = "" if text is None else str(text)
    known = _load_translations().get(language or get_language(), {})
    found = known.get(text) or known.get(emergency_number.restore_placeholder(text), text)
    return emergency_number.fill_placeholder(found)


def translate_name(row) -> str:
    """What a row of the pack is called, in the active language; empty for None."""
    return translate(row.name) if row else ""


def list_offered_languages() -> list[str]:
    """The codes of the languages that residents are offered: the city's, as far as the product has
    them. The product's own comes first.
    """
    spoken = apps.get_model("city", "City").current().languages
    return [code for code, _name in settings.LANGUAGES if code in spoken]


def find_languages_without_catalogue(codes: Iterable[str]) -> list[str]:
    """Return the codes of languages that the product itself does not speak, in their order."""
    known = dict(settings.LANGUAGES)
    return [code for code in codes if code not in known]


@cache.cache_per_version
def _load_translations() -> dict[str, dict[str, str]]:
    found = defaultdict(dict)
    rows = apps.get_model("city", "Translation").objects.values_list("language", "source", "words")
    for language, source, words in rows:
        found[language][source] = words
        if emergency_number.has_placeholder(source):  # a text that was sent holds the number
            found[language][emergency_number.fill_placeholder(source)] = words
    return dict(found)
