"""A file as records of texts: its size, kind, encoding and separator are looked at first."""

import csv
import io
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import starmap
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

from santa311.lib.sandbox.errors import Unreadable

MB = 2**20
LONGEST_CELL = 1_000_000  # characters; a line of ten thousand points has less
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Format:
    """Which files are read.

    `encodings` are utf-8-sig; utf-16, which is known by its mark; and cp1252, for what is neither.
    `max_rows` are those below the header, blank ones and comments included; `max_columns` those
    with a word in any row. A line that begins with `#` is a comment where there are any. In a
    strict file quotes must match; `nul` lets NUL characters in.
    """

    separators: str = ","
    encodings: tuple[str, ...] = ("utf-8-sig",)
    xlsx: bool = False
    max_bytes: int | None = 20 * MB
    max_rows: int | None = None
    max_columns: int = 1000
    comments: bool = False
    strict: bool = True
    nul: bool = False


class Record(NamedTuple):
    """`line` is the one it begins on; `problem` says why the cells cannot be used."""

    line: int
    cells: list[str]
    problem: str = ""
    is_comment: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.problem and not any(cell.strip() for cell in self.cells)


def records(source: Path | bytes, kind: Format) -> Iterator[Record]:
    """Every record, comments and blank ones too. Raises Unreadable with one of these codes:

    missing, unopened (`reason`), irregular (no file), too_big (`bytes`), zip, old_excel, utf16,
    not_utf8 (`line`, `byte`, `word`), nul (`line`), rows and columns (`most`); of a workbook also
    damaged and unpacked (it is too large then).
    """
    with _binary(source, kind) as file:
        is_workbook = kind.xlsx and file.read(4) == _ZIP
        found = (_of_workbook if is_workbook else _of_csv)(file, kind)
        for count, record in enumerate(found):
            if kind.max_rows is not None and count > kind.max_rows:
                raise Unreadable("rows", most=kind.max_rows)
            is_comment = kind.comments and "".join(record.cells[:1]).startswith("#")
            yield record._replace(cells=_cut(record.cells, kind), is_comment=is_comment)


def _cut(cells, kind):
    if any(cell.strip() for cell in cells[kind.max_columns :]):
        raise Unreadable("columns", most=kind.max_columns)
    return cells[: kind.max_columns]


def _of_workbook(file, kind):
    from santa311.lib.tabular import xlsx  # takes a fifth of a second to import

    return starmap(Record, enumerate(xlsx.rows(file, kind.max_columns), 1))


def _of_csv(file, kind):
    """In a strict file nothing makes sense behind a record that cannot be read."""
    csv.field_size_limit(LONGEST_CELL)
    with _decoded(file, kind) as text:
        reader = csv.reader(text, delimiter=_separator(text, kind), strict=kind.strict)
        line, is_whole = 1, True
        while is_whole or not kind.strict:
            try:
                yield Record(line, next(reader))
            except StopIteration:
                return
            except csv.Error as error:
                yield Record(line, [], str(error))
                is_whole = False
            line = reader.line_num + 1


def _separator(text, kind):
    """The one that is most often in the header line."""
    lines = (line.strip() for line in text)
    marks = ("#", '"#') if kind.comments else ()
    header = next((line for line in lines if line and not line.startswith(marks)), "")
    text.seek(0)
    return max(kind.separators, key=header.count)


@contextmanager
def opened(source: Path | bytes, kind: Format) -> Iterator[TextIO]:
    """The file as text, line ends as they are. Raises Unreadable, as `records` does."""
    with _binary(source, kind) as file, _decoded(file, kind) as text:
        yield text


def encoding_of(source: Path, kind: Format) -> str:
    """The one of `kind.encodings` in which the file is read. Raises Unreadable."""
    with _binary(source, kind) as file:
        return _encoding(file, kind)


def _decoded(file, kind):
    encoding = _encoding(file, kind)
    file.seek(0)
    return io.TextIOWrapper(file, encoding, errors="replace", newline="")


@contextmanager
def _binary(source, kind) -> Iterator[BinaryIO]:
    if isinstance(source, bytes):
        size, file = len(source), io.BytesIO(source)
    else:
        size, file = _file(source)
    with file:
        if kind.max_bytes is not None and size > kind.max_bytes:
            raise Unreadable("too_big", bytes=size)
        yield file


def _file(path):
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode) and not stat.S_ISDIR(about.st_mode):
            raise Unreadable("irregular")  # before it is opened: a pipe would wait for a writer
        return about.st_size, path.open("rb")
    except FileNotFoundError as error:
        raise Unreadable("missing", reason=error.strerror) from error
    except OSError as error:
        raise Unreadable("unopened", reason=error.strerror) from error


def _encoding(file, kind):
    file.seek(0)
    start = file.read(4)
    for code, begins in [("zip", _ZIP), ("old_excel", _OLD_EXCEL)]:
        if start == begins:
            raise Unreadable(code)
    if start.startswith(_UTF_16):
        if "utf-16" in kind.encodings:
            return "utf-16"
        raise Unreadable("utf16")
    return _looked_at(file, kind)


def _looked_at(file, kind):
    """UTF-8 if all of it is, else what Windows' programs write, where that is read."""
    encoding = "utf-8-sig"
    file.seek(0)
    for line, raw in enumerate(file, 1):
        if not kind.nul and b"\0" in raw:
            raise Unreadable("nul", line=line)
        try:
            if encoding != "cp1252":
                raw.decode()
        except UnicodeDecodeError as error:
            encoding = "cp1252"
            if encoding not in kind.encodings:
                word = _word_around(raw, error.start)
                facts = {"line": line, "byte": f"0x{raw[error.start]:02x}", "word": word}
                raise Unreadable("not_utf8", **facts) from error
    return encoding


def _word_around(raw, place):
    """The word in which the byte stands, read as the Western European files it mostly is."""
    before, after = raw[max(0, place - 20) : place], raw[place : place + 20]
    word = (before.split() or [b""])[-1] if not before[-1:].isspace() else b""
    return (word + (after.split() or [b""])[0]).decode("latin-1")
