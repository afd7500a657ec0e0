"""Reading one file of a pack as text: what it must not be is said before it is read whole."""

import os
import stat
from pathlib import Path

from city.pack.report import Report

LARGEST = 20_000_000  # bytes; a large city's outline has two or three million
_SAVE = "in the spreadsheet choose “CSV UTF-8” when saving"
# How files begin that are no text, though their name says so.
_NOT_TEXT = {
    b"PK\x03\x04": f"this is a spreadsheet or a zip file with another name; {_SAVE}",
    b"\xd0\xcf\x11\xe0": f"this is an old spreadsheet with another name; {_SAVE}",
    b"\xff\xfe": f"the file is UTF-16; {_SAVE}",
    b"\xfe\xff": f"the file is UTF-16; {_SAVE}",
}


def read_text(report: Report, path: Path, *, optional=False) -> str | None:
    """The text of a UTF-8 file, a byte order mark removed; None where it can't be read."""
    try:
        raw = _bytes(path)
    except FileNotFoundError:
        if not optional:
            report.problem(path.name, 1, "the file is missing")
        return None
    except OSError as error:
        report.problem(path.name, 1, f"the file can't be read: {error.strerror}")
        return None
    except ValueError as error:
        report.problem(path.name, 1, str(error))
        return None
    for start, reason in _NOT_TEXT.items():
        if raw.startswith(start):
            report.problem(path.name, 1, reason)
            return None
    return _decoded(report, path, raw)


def _bytes(path):
    """What is in the file. ValueError with words for one that is not read at all."""
    if os.path.lexists(path) and not _is_within(path):
        raise ValueError("this is a link that leads out of the folder; put the file itself here")
    about = path.stat()
    if not stat.S_ISREG(about.st_mode) and not stat.S_ISDIR(about.st_mode):
        raise ValueError("this is not a file that can be read")
    if about.st_size > LARGEST:
        raise ValueError(
            f"the file has {about.st_size / 1e6:.0f} MB and at most {LARGEST / 1e6:.0f} are read; "
            "simplify the shapes, or see whether it is the right file"
        )
    return path.read_bytes()


def _is_within(path):
    folder = os.path.realpath(path.parent)
    return os.path.commonpath([folder, os.path.realpath(path)]) == folder


def _decoded(report, path, raw):
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        byte = f"0x{raw[error.start]:02x}"
        word = _word_around(raw, error.start)
        report.problem(
            path.name,
            line,
            f"the file isn't UTF-8 (byte {byte}); save it as UTF-8, not Latin-1: see “{word}”",
        )
        return None
    if "\0" not in content:
        return content
    line = content.count("\n", 0, content.index("\0")) + 1
    report.problem(path.name, line, "the file holds a NUL character; save it as plain UTF-8 text")
    return None


def _word_around(raw, place):
    """The word in which the byte stands, read as the Western European files it mostly is."""
    before, after = raw[max(0, place - 20) : place], raw[place : place + 20]
    word = (before.split() or [b""])[-1] if not before[-1:].isspace() else b""
    return (word + (after.split() or [b""])[0]).decode("latin-1")
