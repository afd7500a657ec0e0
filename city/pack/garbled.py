"""Text that was encoded twice: “SÃ£o” stands where “São” was typed."""

import re
from collections.abc import Iterator
from pathlib import Path

from city.pack.contents import Contents
from city.pack.read import read_text
from city.pack.report import Report

_SUFFIXES = {".csv", ".toml", ".geojson"}
_DOUBTFUL = re.compile(r"[^\s,;\"]*[ÃÂâ][^\x00-\x7f][^\s,;\"]*")
_PAIR = re.compile(r"[ÃÂ][^\x00-\x7f]|â[^\x00-\x7f]{2}")


def warnings(folder: Path, _pack: Contents) -> Iterator[tuple[str, int, str]]:
    """Yield (file, line, reason) for the first garbled word of each file."""
    for path in sorted(folder.iterdir()):
        if path.suffix not in _SUFFIXES:
            continue
        lines = (read_text(Report(), path) or "").splitlines()
        found = ((number, pair) for number, line in enumerate(lines, 1) for pair in _pairs(line))
        if first := next(found, None):
            number, (word, meant) = first
            reason = (
                f"the letters were encoded twice: “{word}” is mostly “{meant}”; open the original "
                "file as UTF-8, and save it as UTF-8 once"
            )
            yield path.name, number, reason


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    """Yield each garbled word of a line with the word that was meant."""
    for word in _DOUBTFUL.findall(line):
        meant = _PAIR.sub(lambda found: decode_twice(found[0]), word)
        if meant != word:
            yield word[:40], meant[:40]


def decode_twice(text: str) -> str:
    """Return what UTF-8 that was read as Windows-1252 says; `text` itself where it is no such."""
    try:
        return b"".join(map(_byte, text)).decode()
    except UnicodeError:
        return text


def _byte(letter):
    """Windows-1252 has no letter for five bytes, which programs keep as they are."""
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")
