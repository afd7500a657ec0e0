"""Reading of a file as records of strings, after checks of its size, type and encoding."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import starmap
from math import inf
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

from lib.sandbox.errors import UnreadableFile

MAX_CELL_CHARACTERS = 1_000_000  # characters; a line of ten thousand points has less
_WORKBOOK = b"PK\x03\x04"
_SIGNATURES = {
    _WORKBOOK: "zip", b"\xd0\xcf\x11\xe0": "old_excel",
    b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16",
}  # fmt: skip
REASONS = {
    "missing": "the file is missing",
    "unopened": "the file can't be read: {reason}",
    "irregular": "this is not a file that can be read",
    "columns": "the file has more than {most} columns",
    "empty": "the file is empty; it needs a header line",
    "quotes": "{problem}",
}
"""Messages about a file by the code of UnreadableFile. Readers have messages for other codes."""


@dataclass(frozen=True)
class Format:
    """The files that are accepted.

    `encodings` are some of utf-8-sig, utf-16 (recognized by its byte order mark) and cp1252 (for
    everything else). `max_rows` counts rows below the header, blank ones and comments included;
    `max_columns` counts columns with text in any row. With `comments`, a line that begins with `#`
    is a comment. In a `strict` file quotes must match. `nul` allows NUL characters.
    """

    separators: str = ","
    encodings: tuple[str, ...] = ("utf-8-sig",)
    xlsx: bool = False
    max_bytes: float = 20 * 2**20
    max_rows: float = inf
    max_columns: int = 1000
    comments: bool = False
    strict: bool = True
    nul: bool = False


class Record(NamedTuple):
    """A record that begins on line `line`. `problem` says why its cells cannot be used."""

    line: int
    cells: list[str]
    problem: str = ""
    is_comment: bool = False

    @property
    def is_blank(self) -> bool:
        """Return True if all cells are blank and the record has no problem."""
        return not self.problem and not any(map(str.strip, self.cells))

    @property
    def has_content(self) -> bool:
        """Return True for a record that is neither blank nor a comment; also for a problem."""
        return not self.is_blank and not self.is_comment


def read_records(source: Path | bytes, kind: Format) -> Iterator[Record]:
    """Yield every record, including comments and blank ones; raise UnreadableFile with a code.

    missing, unopened (`reason`), irregular (no regular file), too_big (`mb`, `most`), zip,
    old_excel, utf-16, not_utf8 (`line`, `byte`, `word`), nul (`line`), rows and columns (`most`);
    for a workbook also damaged and unpacked (too large when unpacked).
    """
    with _open_binary(source, kind) as file:
        is_workbook = kind.xlsx and file.read(4) == _WORKBOOK
        found = (_read_workbook if is_workbook else _read_csv)(file, kind)
        for count, record in enumerate(found):
            if count > kind.max_rows:
                raise UnreadableFile("rows", most=kind.max_rows)
            if any(map(str.strip, record.cells[kind.max_columns :])):
                raise UnreadableFile("columns", most=kind.max_columns)
            is_comment = kind.comments and "".join(record.cells[:1]).startswith("#")
            cells = record.cells[: kind.max_columns]
            yield record._replace(cells=cells, is_comment=is_comment)


def _read_workbook(file, kind) -> Iterator[Record]:
    """Return an iterator of Records of the first sheet, with line numbers from 1.

    Rows are read while iterating, so UnreadableFile is raised there.
    """
    from lib.tabular import xlsx  # takes a fifth of a second to import

    return starmap(Record, enumerate(xlsx.read_rows(file, kind.max_columns), 1))


def _read_csv(file, kind) -> Iterator[Record]:
    """Yield a Record for each record of a CSV file, a malformed one with its `problem` set.

    In strict mode, stop after the first malformed record: what follows cannot be parsed reliably.
    """
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    with _open_decoded(file, kind) as text:
        reader = csv.reader(text, delimiter=detect_separator(text, kind), strict=kind.strict)
        line, is_whole = 1, True
        while is_whole or not kind.strict:
            try:
                yield Record(line, next(reader))
            except StopIteration:
                return
            except csv.Error as error:
                yield Record(
                    line, [], _describe_quote_problem(str(error)) if kind.strict else str(error)
                )
                is_whole = False
            line = reader.line_num + 1


def _describe_quote_problem(problem) -> str:
    """Return a message about unmatched quotes in a record."""
    if "unexpected end" in problem or "larger than" in problem:
        return "the quotes do not match: a quote that opens here is never closed"
    return f"the quotes do not match: {problem}; write a quote inside a cell twice"


def detect_separator(text: TextIO, kind: Format) -> str:
    """Return the separator that occurs most often in the header line, and rewind the file.

    The header is the first line that is neither blank nor a comment; in a tie the separator that
    `kind.separators` has first is returned.
    """
    lines = (line.strip() for line in text)
    marks = ("#", '"#') if kind.comments else ()
    header = next((line for line in lines if line and not line.startswith(marks)), "")
    text.seek(0)
    return max(kind.separators, key=header.count)


@contextmanager
def open_text(source: Path | bytes, kind: Format) -> Iterator[TextIO]:
    """Yield the file as text, line ends unchanged. Raise UnreadableFile as read_records() does.

    The attribute `encoding` of the file is one of `kind.encodings`.
    """
    with _open_binary(source, kind) as file, _open_decoded(file, kind) as text:
        yield text


@contextmanager
def _open_binary(source: Path | bytes, kind: Format) -> Iterator[BinaryIO]:
    """Yield a binary file at its beginning. Raise UnreadableFile.

    The codes are missing, unopened, irregular and too_big.
    """
    try:
        file = io.BytesIO(source) if isinstance(source, bytes) else _open_file(source)
    except OSError as error:
        code = "missing" if isinstance(error, FileNotFoundError) else "unopened"
        raise UnreadableFile(code, reason=error.strerror) from error
    with file:
        if (size := file.seek(0, io.SEEK_END)) > kind.max_bytes:
            raise UnreadableFile("too_big", mb=round(size / 1e6), most=round(kind.max_bytes / 1e6))
        file.seek(0)
        yield file


def _open_file(path) -> BinaryIO:
    """Open the file for reading. Raise UnreadableFile for a pipe or a device, else OSError."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise UnreadableFile("irregular")  # before it is opened: a pipe would wait for a writer
    return path.open("rb")


def _open_decoded(file, kind) -> TextIOWrapper:
    """Return the binary file as text, line ends unchanged and undecodable bytes replaced.

    `kind` has the `encodings` that are accepted. Raise UnreadableFile for another encoding, and for
    a NUL character unless `kind.nul` allows it.
    """
    encoding = _detect_encoding(file, kind)
    file.seek(0)
    return io.TextIOWrapper(file, encoding, errors="replace", newline="")


def _detect_encoding(file, kind) -> str | None:
    """Return utf-8-sig if the whole file is valid UTF-8, else utf-16 or cp1252 if accepted.

    Raise UnreadableFile: zip, old_excel, utf-16, nul (`line`), not_utf8 (`line`, `byte`, `word`).
    """
    file.seek(0)
    start = file.read(4)
    code = _SIGNATURES.get(start) or _SIGNATURES.get(start[:2])
    if code in kind.encodings:
        return code
    if code:
        raise UnreadableFile(code)
    encoding = "utf-8-sig"
    file.seek(0)
    for line, raw in enumerate(file, 1):
        if not kind.nul and b"\0" in raw:
            raise UnreadableFile("nul", line=line)
        try:
            if encoding != "cp1252":
                raw.decode()
        except UnicodeDecodeError as error:
            encoding = "cp1252"
            if encoding not in kind.encodings:
                facts = {"byte": f"0x{raw[error.start]:02x}", "word": _word_at(raw, error.start)}
                raise UnreadableFile("not_utf8", line=line, **facts) from error
    return encoding


def _word_at(raw, place) -> str:
    """Return the word around a byte, decoded as Latin-1, for an error message."""
    before, after = raw[max(0, place - 20) : place], raw[place : place + 20]
    return (before.rpartition(b" ")[2] + after.split()[0]).decode("latin-1")
