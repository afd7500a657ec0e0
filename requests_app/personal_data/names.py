"""The search for names of people: the reporter's own, and those announced by a phrase."""

import re
from collections.abc import Iterator

from requests_app.personal_data.span import Kind, Span, Writer

_UPPER = "A-ZÁÉÍÓÚÑÜ"
_NAME = rf"[{_UPPER}][\w'’-]{{1,20}}"
_FULL_NAME = rf"{_NAME}(?:[ ](?:(?:de|la|del|los|van|von)[ ]){{0,2}}{_NAME}){{0,2}}"
_STATED_NAME = re.compile(
    r"(?i:\b(?:my (?:full )?name is|my name['’]s|"
    r"(?:his|her|their|whose|owner['’]s|manager['’]s|neighbou?r['’]s) name is|"
    r"(?:person|man|woman|neighbou?r|tenant|owner) named"
    r"|mi nombre es|me llamo|se llama|su nombre es|el nombre es|que se llama))\s*[:,]?\s+"
    rf"(?P<name>{_FULL_NAME})"
)
_SPANISH_OWN_NAME = re.compile(  # two names: `soy Latina` names nobody
    rf"\b[Ss]oy[ ]+(?P<name>{_NAME}[ ](?:(?:de|la|del|los)[ ]){{0,2}}{_NAME})"
)
_TITLED_NAME = re.compile(
    r"(?<![\w.])(?:Mr|Mrs|Ms|Miss|Sr|Sra|Srta|Señora|Señor|Señorita|Sres|señora|señor|sra|sr|doña"
    rf"|Doña|don)\.?[ ]+(?P<name>{_FULL_NAME})"
)
_SIGNED_NAME = re.compile(
    r"(?i:\b(?:thanks|thank you|many thanks|regards|best regards|sincerely|cheers|gracias"
    r"|muchas gracias|saludos|atentamente|un saludo))[,.! ]*[,.!\n-][ \n-]*"
    rf"(?P<name>{_FULL_NAME})[ .!]*\Z"
)
_PLACE_SUFFIX = re.compile(
    r"[ ](?:Street|St|Avenue|Ave|Blvd|Boulevard|Way|Drive|Dr|Road|Rd|Place|Pl|"
    r"Lane|Ln|Court|Ct|Park|Pier|Beach|School|Library|Plaza|Square)\b"
)
_NOT_NAMES = frozenset(
    re.findall(
        r"\w+",
        "I The This That There Please Thanks Thank It City Street Your You We They On In At Not "
        "And But Sent Police Public Monday Tuesday Wednesday Thursday Friday Saturday Sunday "
        "Por Favor Esta Este Hay No Si Sí La El Los Las Desde Que",
    )
)
_MIN_NAME_LETTERS = 3  # shorter names such as "Al" are parts of too many words


def find_names(text: str, writer: Writer) -> Iterator[Span]:
    """Yield spans of the reporter's name, and of names after phrases such as “my name is”.

    Names of streets and places are left out. Spans may overlap.
    """
    yield from _find_reporter_name(text, writer.name)
    for pattern in (_STATED_NAME, _SPANISH_OWN_NAME, _TITLED_NAME, _SIGNED_NAME):
        for match in pattern.finditer(text):
            if _is_name(match["name"]) and not _is_place_name(text, match.end("name")):
                yield Span.from_match(match, Kind.NAME)


def _find_reporter_name(text: str, reporter: str) -> Iterator[Span]:
    """Yield the full name in any case, and the given name capitalized or in capitals.

    A name before a word such as “Avenue” is none. The full name needs two words. Nothing for a
    given name shorter than _MIN_NAME_LETTERS.
    """
    words = reporter.split()
    if not words or len(words[0].strip(".,")) < _MIN_NAME_LETTERS:
        return
    whole, given = " ".join(words), words[0].strip(".,")
    patterns = [re.compile(rf"\b{re.escape(whole)}\b", re.IGNORECASE)] if len(words) > 1 else []
    patterns.append(
        re.compile(rf"\b(?:{re.escape(given.capitalize())}|{re.escape(given.upper())})\b")
    )
    for pattern in patterns:
        for match in pattern.finditer(text):
            if not _is_place_name(text, match.end()):
                yield Span.from_match(match, Kind.NAME)


def _is_name(found: str) -> bool:
    """Return whether the text is no abbreviation and its first word is not in _NOT_NAMES.

    An abbreviation has at most three characters and no small letter.
    """
    return found.split()[0] not in _NOT_NAMES and any(
        char.islower() or len(found) > 3 for char in found
    )


def _is_place_name(text: str, end: int) -> bool:
    """Return whether a word such as “Avenue” or “Park” follows at `end`."""
    return _PLACE_SUFFIX.match(text, end) is not None
