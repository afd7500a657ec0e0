"""Reading a pack's files: every problem with its file, its line and what would be right."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from city.pack.report import Report
from lib.tabular import (
    REASONS,
    Format,
    Schema,
    UnreadableFile,
    detect_separator,
    open_text,
    read_records,
)

# Spreadsheets of some countries write semicolons; a large city's outline has 2 or 3 million bytes.
FORMAT = Format(separators=",;\t", comments=True, max_bytes=20_000_000)
_SAVE = "in the spreadsheet choose “CSV UTF-8” when saving"
_REASONS = REASONS | {
    "link": "this is a link that leads out of the folder; put the file itself here",
    "too_big": "the file has {mb} MB and at most {most} are read; simplify the shapes, or "
    "see whether it is the right file",
    "zip": f"this is a spreadsheet or a zip file with another name; {_SAVE}",
    "old_excel": f"this is an old spreadsheet with another name; {_SAVE}",
    "utf-16": f"the file is UTF-16; {_SAVE}",
    "not_utf8": "the file isn't UTF-8 (byte {byte}); save it as UTF-8, not Latin-1: see “{word}”",
    "nul": "the file holds a NUL character; save it as plain UTF-8 text",
}


class Row(NamedTuple):
    line: int
    values: dict[str, object]


def read_text(report: Report, path: Path, *, optional=False) -> str | None:
    """The text of a UTF-8 file, a byte order mark removed; None where it can't be read."""
    with _reporting(report, path, optional), open_text(_within(path), FORMAT) as file:
        return file.read()
    return None


def separator_of(path: Path) -> str:
    """Return what stands between the cells of a table; a comma where the file can't be read."""
    with _reporting(Report(), path, optional=True), open_text(_within(path), FORMAT) as file:
        return detect_separator(file, FORMAT)
    return ","


def read_table(report: Report, path: Path, schema: Schema, *, optional=False) -> list[Row]:
    """The rows of a CSV file with a header line. Lines that start with `#` are comments.

    An optional file may be missing, or have nothing in it.
    Rows with a bad cell are reported and left out; so is a second row with the same `key`.
    """
    sound = []
    with _reporting(report, path, optional):
        for line, values, problems in schema.open_table(read_records(_within(path), FORMAT)).rows():
            for problem in problems:
                report.problem(path.name, line, problem)
            if not problems:
                sound.append(Row(line, values))
    return sound


@contextmanager
def _reporting(report, path, optional) -> Iterator[None]:
    """A file that cannot be read at all is a problem in words."""
    try:
        yield
    except UnreadableFile as error:
        if not (optional and error.code in {"missing", "empty"}):
            words = _REASONS.get(error.code, "").format(**error.facts)
            for reason in error.facts.get("problems", [words]):
                report.problem(path.name, error.facts.get("line", 1), reason)


def _within(path) -> Path:
    """The same path; a pack that somebody else made must not show us files of ours."""
    folder = path.parent.resolve()
    if not path.resolve().is_relative_to(folder):
        raise UnreadableFile("link")
    return path
