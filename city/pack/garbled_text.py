"""Warnings of text that was encoded twice: “SÃ£o” where “São” was typed."""

import re
from collections.abc import Iterator
from pathlib import Path

from city.pack.contents import PackContents
from city.pack.file_reader import read_text
from city.pack.report import PackReport, Problem

_SUFFIXES = {".csv", ".toml", ".geojson"}
_BETWEEN_WORDS = re.compile(r"[\s,;\"]+")
_CONTEXT_LENGTH = 20  # characters of the word shown on each side
_GARBLED_LETTER = re.compile(r"[ÃÂ][^\x00-\x7f]|â[^\x00-\x7f]{2}")


def find_garbled_text(folder: Path, _pack: PackContents) -> Iterator[Problem]:
    """Yield a warning for the first garbled word of each file."""
    for path in sorted(folder.iterdir()):
        if path.suffix not in _SUFFIXES:
            continue
        lines = (read_text(PackReport(), path) or "").splitlines()
        found = (
            (number, pair)
            for number, line in enumerate(lines, 1)
            for pair in find_garbled_words(line)
        )
        if first := next(found, None):
            number, (word, meant) = first
            reason = (
                f"the letters were encoded twice: “{word}” is mostly “{meant}”; open the original "
                "file as UTF-8, and save it as UTF-8 once"
            )
            yield Problem(path.name, number, reason)


def find_garbled_words(line: str) -> Iterator[tuple[str, str]]:
    """Yield each garbled word of a line with the word that was meant.

    A line may have a million characters, so only the text around a garbled letter is split into
    words.
    """
    for found in _GARBLED_LETTER.finditer(line):
        if undo_double_encoding(found[0]) == found[0]:
            continue
        before = line[max(0, found.start() - _CONTEXT_LENGTH) : found.start()]
        after = line[found.end() : found.end() + _CONTEXT_LENGTH]
        word = _BETWEEN_WORDS.split(before)[-1] + found[0] + _BETWEEN_WORDS.split(after)[0]
        yield word, _GARBLED_LETTER.sub(lambda pair: undo_double_encoding(pair[0]), word)


def undo_double_encoding(text: str) -> str:
    """Return the text of UTF-8 that was decoded as Windows-1252; `text` itself if it is none."""
    try:
        return b"".join(map(_encode_letter, text)).decode()
    except UnicodeError:
        return text


def _encode_letter(letter: str) -> bytes:
    """Return the byte of a letter; for the five bytes without a Windows-1252 letter, Latin-1."""
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")
