"""Readers of a pack's files; every problem is reported with its file, line and remedy."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from city.pack.report import PackReport
from lib.tabular import (
    REASONS,
    Format,
    Schema,
    UnreadableFile,
    detect_separator,
    open_text,
    read_records,
)

# Spreadsheets of some countries use semicolons. A large city's outline has 2 to 3 million bytes.
FORMAT = Format(separators=",;\t", comments=True, max_bytes=20_000_000)
_SAVE_ADVICE = "in the spreadsheet choose “CSV UTF-8” when saving"
_REASONS = REASONS | {
    "link": "this is a link that leads out of the folder; put the file itself here",
    "too_big": "the file has {mb} MB and at most {most} are read; simplify the shapes, or "
    "see whether it is the right file",
    "zip": f"this is a spreadsheet or a zip file with another name; {_SAVE_ADVICE}",
    "old_excel": f"this is an old spreadsheet with another name; {_SAVE_ADVICE}",
    "utf-16": f"the file is UTF-16; {_SAVE_ADVICE}",
    "not_utf8": "the file isn't UTF-8 (byte {byte}); save it as UTF-8, not Latin-1: see “{word}”",
    "nul": "the file holds a NUL character; save it as plain UTF-8 text",
}


class PackRow(NamedTuple):
    """The parsed values of one line."""

    line: int
    values: dict[str, Any]


def read_text(report: PackReport, path: Path, *, optional: bool = False) -> str | None:
    """Return the text of a UTF-8 file without a byte order mark; None if it cannot be read.

    The reason is reported; a missing or empty `optional` file is not.
    """
    with (
        _report_unreadable(report, path, optional),
        open_text(_require_inside_folder(path), FORMAT) as file,
    ):
        return file.read()
    return None


def find_separator(path: Path) -> str:
    """Return the separator of a table's cells; a comma if the file cannot be read."""
    with (
        _report_unreadable(PackReport(), path, optional=True),
        open_text(_require_inside_folder(path), FORMAT) as file,
    ):
        return detect_separator(file, FORMAT)
    return ","


def read_table(
    report: PackReport, path: Path, schema: Schema, *, optional: bool = False
) -> list[PackRow]:
    """Return the rows of a CSV file with a header line. Lines that start with `#` are comments.

    An optional file may be missing or empty. Rows with a bad cell are reported and left out; so is
    a second row with the same `key`.
    """
    sound = []
    with _report_unreadable(report, path, optional):
        for line, values, problems in schema.open_table(
            read_records(_require_inside_folder(path), FORMAT)
        ).rows():
            for problem in problems:
                report.add_problem(path.name, line, problem)
            if not problems:
                sound.append(PackRow(line, values))
    return sound


@contextmanager
def _report_unreadable(report: PackReport, path: Path, optional: bool) -> Iterator[None]:
    """Context manager that reports an UnreadableFile and continues after the block.

    A missing or empty `optional` file is not reported.
    """
    try:
        yield
    except UnreadableFile as error:
        if not (optional and error.code in {"missing", "empty"}):
            words = _REASONS.get(error.code, "").format(**error.facts)
            for reason in error.facts.get("problems", [words]):
                report.add_problem(path.name, error.facts.get("line", 1), reason)


def _require_inside_folder(path: Path) -> Path:
    """Return `path`. Raise UnreadableFile if it is a link to a file outside the pack."""
    folder = path.parent.resolve()
    if not path.resolve().is_relative_to(folder):
        raise UnreadableFile("link")
    return path
