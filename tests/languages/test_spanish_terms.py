"""Tests that Spanish texts use one term for each thing."""

import csv
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# Pattern of an unwanted term -> the term to use instead.
TERMS = {
    r"\bno le (seguimos|rastreamos)\b": "no lo rastreamos",
    r"\bcontactarle\b": "comunicarnos con usted",
    r"\btasa a tiempo\b": "porcentaje a tiempo",
    r"\b(salieron|llegaron) %|\b(salieron|llegaron):|^salieron$": "cerradas, recibidas",
    r"\), pasado\b": "): superada",
    r"\b(el|del|al) punto\b(?! de referencia)|\bpuntos del mapa\b": "marcador",
    r"(?<!punto de )\breferencia\b": "número de solicitud",
    r"\bel canal\b(?! RSS| tal)|\blector de canales\b": "canal RSS, lector de RSS",
    r"\bciérrenla\b": "cerrar",
    r"\btachad[oa]s?\b": "tapado",
    r"\bregreso previsto\b": "volverá a funcionar",
    r"\bahora mismo\b": "hace un momento",
    r"\bquién lo ha tenido\b": "por dónde ha pasado",
    r"\bcómo lo hicimos\b": "¿qué le pareció el servicio?",
    r"\baceras?\b": "banqueta",
    r"\bcoladeras?\b|\bdrenaje pluvial\b": "alcantarilla",
    r"\d [ap]m\b": "a. m., p. m.",
    r"\b(del|el|al) %\(day\)s(?!, %\(time\)s)": "a day, which has its own article",
}


def find_terms(text: str) -> list[str]:
    """Return the term to use instead of each unwanted term in `text`."""
    return [say for never, say in TERMS.items() if re.search(never, text, re.IGNORECASE)]


def list_catalogue_texts() -> list[str]:
    """Return every Spanish text of the message catalogue."""
    catalogue = polib.pofile(str(ROOT / "locale/es/LC_MESSAGES/django.po"))
    texts = [entry.msgstr for entry in catalogue]
    return texts + [text for entry in catalogue for text in entry.msgstr_plural.values()]


def list_pack_texts() -> list[str]:
    """Return every Spanish text of Santa Monica's pack and of the template of a new city's pack.

    Both are for cities in the US.
    """
    paths = [ROOT / "city/packs/santa_monica/words.es.csv", ROOT / "city/pack/shape/words.es.csv"]
    return [
        row[1]
        for path in paths
        for row in csv.reader(path.read_text(encoding="utf-8").splitlines())
        if len(row) > 1
    ]


@pytest.mark.parametrize("text", ["El punto está a la mitad", "Ahora mismo", "De 8 am a 5 pm"])
def test_an_unwanted_spanish_term_is_found(text):
    assert find_terms(text)


def test_spanish_texts_say_one_term_per_thing():
    texts = list_catalogue_texts() + list_pack_texts()
    assert len(texts) > 1000
    assert [(text, said) for text in texts if (said := find_terms(text))] == []


def test_no_spanish_sentence_ends_with_a_time_whose_own_period_would_be_doubled():
    texts = list_catalogue_texts()
    assert [text for text in texts if re.search(r"(%\(time\)s|\{time\})\.", text)] == []
