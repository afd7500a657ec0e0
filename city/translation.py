"""Translation of the pack's texts into the language of the reader."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.translation import get_language

from city import cache, emergency_number


def translate(text: object, language: str | None = None) -> str:
    """Return a text of the pack in `language`, by default the active one; "" for None.

    Makes no query. A text without translation is returned as it is. The emergency number replaces
    its placeholder, also in a text that was stored with the number. Raise City.DoesNotExist if no
    city is loaded.
    """
    text = "" if text is None else str(text)
    known = _load_translations().get(language or get_language(), {})
    found = known.get(text) or known.get(emergency_number.restore_placeholder(text), text)
    return emergency_number.fill_placeholder(found)


def translate_name(row: Any) -> str:
    """Return the name of a row of the pack in the active language; "" for None."""
    return translate(row.name) if row else ""


def list_offered_languages() -> list[str]:
    """Return the codes of the languages offered to residents, the product's own first.

    These are the city's languages that have a catalogue.
    """
    spoken = apps.get_model("city", "City").current().languages
    return [code for code, _name in settings.LANGUAGES if code in spoken]


def find_languages_without_catalogue(codes: Iterable[str]) -> list[str]:
    """Return the codes of languages without a catalogue, in their order."""
    known = dict(settings.LANGUAGES)
    return [code for code in codes if code not in known]


@cache.cache_per_version
def _load_translations() -> dict[str, dict[str, str]]:
    """Return the translations by language and source text.

    A source with the emergency number is also found with the number filled in.
    """
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    rows = apps.get_model("city", "Translation").objects.values_list("language", "source", "words")
    for language, source, words in rows:
        found[language][source] = words
        if emergency_number.has_placeholder(source):  # texts are stored with the number
            found[language][emergency_number.fill_placeholder(source)] = words
    return dict(found)
