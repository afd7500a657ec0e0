"""The search for phone, card and Social Security numbers, e-mail addresses and plates."""

import re
from collections.abc import Callable, Iterator

from phonenumbers import Leniency, PhoneNumberMatcher

from requests_app.personal_data.span import Kind, Span, Writer

_EMAIL = re.compile(r"(?<![\w.@])[\w.%+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[a-zA-Z]{2,24}\b")
_SPOKEN_EMAIL = re.compile(  # ana at example dot org
    r"\b[\w.+-]{2,64} ?(?:\bat\b|\(at\)|\[at\]|\barroba\b) ?[\w-]{2,63}"
    r" ?(?:\bdot\b|\(dot\)|\[dot\]|\bpunto\b) ?(?:com|org|net|edu|gov|us|mx|es)\b",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])")
_SSN = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
_SAID_SSN = re.compile(
    r"(?:\bssn\b|social security|seguro social)\D{0,20}(?P<number>\d{3}[ .-]?\d{2}[ .-]?\d{4})\b",
    re.IGNORECASE,
)
_SHORT_PHONE = re.compile(  # seven digits, only after a word such as “call”
    r"\b(?:call|text|phone|cell|mobile|tel|tel[eé]fono|celular|ll[aá]m[ae]\w*|m[aá]r(?:ca|que)\w*)\b"
    r"[^\d\n]{0,25}(?P<number>\d{3}[ .-]\d{4})(?![\d-])",
    re.IGNORECASE,
)
# California's formats: 7ABC123 for cars, 12345A1 and 8A12345 for trucks.
_CALIFORNIAN = re.compile(r"(?<![\w-])(?:[1-9][A-Z]{3}\d{3}|\d{5}[A-Z]\d|\d[A-Z]\d{5})(?![\w-])")
_PLATE_WORD = (
    r"\b(?:licen[cs]e(?:\s+plates?)?|plates?|lic\.?|tag|placas?|matr[ií]culas?|patente)"
    r"(?:\s+(?:numbers?|no\.?|n[uú]mero|num\.?|n[º°]|is|es|reads?|dice|de|del|california|calif?"
    r"|carro|coche|auto|ca|nv|az|was|era|the|it|says))*\s*[#:=]?\s*[\"“'(]?"
)
_PLATE = re.compile(
    rf"{_PLATE_WORD}(?P<plate>[A-Z0-9]{{1,4}}[ -]?[A-Z0-9]{{2,4}}"
    r"(?:[ -](?=[A-Z]{0,3}\d)[A-Z0-9]{2,4})?)(?![\w-])",
    re.IGNORECASE,
)
_OWN_WORDS_PLATE = re.compile(rf"(?i:{_PLATE_WORD})(?P<plate>[A-Z]{{3,8}})(?![\w-])")
_NOT_PLATES = frozenset({"AND", "BUT", "THE", "NOT", "NONE", "UNKNOWN", "FELL", "LOST", "FROM"})


def _passes_luhn(card: str) -> bool:
    """Return whether the number begins with 2 to 6 and its check digit (Luhn) is right."""
    digits = [int(char) for char in card if char.isdigit()]
    doubled = [d * 2 - 9 * (d > 4) for d in digits[-2::-2]]
    return digits[0] in (2, 3, 4, 5, 6) and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_plate_like(plate: str) -> bool:
    """Return whether the text has 4 to 8 letters and digits, at least one of each."""
    signs = [char for char in plate if char.isalnum()]
    letters = sum(char.isalpha() for char in signs)
    return 4 <= len(signs) <= 8 and 0 < letters < len(signs)


def _build_finder(
    pattern: re.Pattern[str], kind: Kind, is_meant: Callable[[str], bool] = lambda found: True
) -> Callable[[str, Writer], list[Span]]:
    """Return a finder of the pattern, or of its named group, where `is_meant` is true."""

    def find(text: str, _writer: Writer) -> list[Span]:
        spans = (Span.from_match(match, kind) for match in pattern.finditer(text))
        return [span for span in spans if is_meant(span.text)]

    return find


def _find_phones(text: str, writer: Writer) -> Iterator[Span]:
    """Yield the valid phone numbers of the writer's region, or with a country code."""
    for match in PhoneNumberMatcher(text, writer.region, leniency=Leniency.VALID):
        yield Span(match.start, match.end, Kind.PHONE, match.raw_string)


FINDERS = (
    _build_finder(_EMAIL, Kind.EMAIL),
    _build_finder(_SPOKEN_EMAIL, Kind.EMAIL),
    _build_finder(_CARD, Kind.CARD, _passes_luhn),
    _build_finder(_SSN, Kind.SOCIAL_SECURITY),
    _build_finder(_SAID_SSN, Kind.SOCIAL_SECURITY),
    _find_phones,
    _build_finder(_SHORT_PHONE, Kind.PHONE),
    _build_finder(_CALIFORNIAN, Kind.PLATE),
    _build_finder(_PLATE, Kind.PLATE, _is_plate_like),
    _build_finder(_OWN_WORDS_PLATE, Kind.PLATE, lambda found: found not in _NOT_PLATES),
)
