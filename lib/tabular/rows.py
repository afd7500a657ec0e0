"""Records under the names of a header, and their cells as values."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lib.sandbox.errors import Unreadable
from lib.tabular.formulas import unguarded
from lib.tabular.reading import Record

REQUIRED = object()
RAGGED = "ragged"
_SEPARATORS = ",;\t"
_CURLY = re.compile("[\u201c\u201d\u201e]")
REPEATED_HEADER = "these are the column names once more; delete this line"


def one_line(cell: str) -> str:
    return " ".join(cell.split())


@dataclass(frozen=True)
class Column:
    """One column: how a cell is read (`read` raises ValueError with words) and what a blank means.

    A column with a default may be missing from the file altogether.
    """

    name: str
    read: Callable[[str], object] = one_line
    default: object = REQUIRED

    def value(self, cell: str) -> object:
        """What a cell without blanks at its ends says. Raises ValueError with words."""
        if cell:
            return self.read(cell)
        if self.default is REQUIRED:
            raise ValueError("it must not be blank")
        return self.default


class Row(NamedTuple):
    """`values` are all there where there are no problems."""

    line: int
    values: dict[str, object]
    problems: list[str]


def with_header(
    records: Iterable[Record], needed: Collection[str] | None = None
) -> tuple[Record, Iterator[Record]]:
    """The first record that says something, as names, and all records after it.

    One that has not as many cells as the header has the problem RAGGED. Where `needed` columns are
    given, a record may end with more blank cells than there are names, or with fewer cells, as long
    as it has those needed. Spreadsheets fill every line to the width of the widest, which is a
    comment full of commas; Excel does it for each sixteen lines by itself, and so leaves out a last
    column that is blank.

    Raises Unreadable: empty, quotes (`line`, `problem`).
    """
    records = iter(records)
    first = next((each for each in records if each.is_told), None)
    if first is None:
        raise Unreadable("empty")
    if first.problem:
        raise Unreadable("quotes", line=first.line, problem=first.problem)
    names = [name.strip() for name in first.cells]
    while needed is not None and not names[-1]:
        names.pop()
    return first._replace(cells=names), (_fitted(each, names, needed) for each in records)


def _fitted(record, names, needed):
    if record.problem or not record.is_told:
        return record
    cells, width = record.cells, len(names)
    if needed is not None and not any(map(str.strip, cells[width:])):
        lacking = names[len(cells) :]
        cells = [*cells[:width], *("" for _name in lacking if not {*lacking} & {*needed})]
    return record._replace(cells=cells, problem="" if len(cells) == width else RAGGED)


def twice(names: Sequence[str]) -> list[str]:
    """Those that stand there more than once; a column without a name does no harm."""
    return sorted({name for name in names if name and names.count(name) > 1})


def rows(
    records: Iterable[Record], columns: Sequence[Column], *, key: Sequence[str] = ()
) -> Iterator[Row]:
    """Each record that says something, as values. A second one with the same `key` is a problem.

    Raises Unreadable as `with_header` does, and header (`line`, `problems`) where it has other
    columns.
    """
    needed = [column.name for column in columns if column.default is REQUIRED]
    header, body = with_header(records, needed)
    _check(header, [column.name for column in columns], needed)
    lines: dict[tuple, int] = {}
    has_other_separators = False
    for record in body:
        if not record.is_told:
            continue
        if _has_other_separator(record, header):
            if has_other_separators:
                continue  # the first of such lines says it
            has_other_separators = True
        row = _row(record, header.cells, columns)
        if key and not row.problems:
            value = tuple(row.values[name] for name in key)
            if (first := lines.setdefault(value, row.line)) != row.line:
                row.problems.append(f"“{', '.join(map(str, value))}” is already on line {first}")
        yield row


def _check(header, known, needed):
    names = header.cells
    wrong = [
        *(f"the column “{name}” is missing" for name in needed if name not in names),
        *(f"“{name}” is not a column of this file" for name in names if name not in known),
        *(f"the column “{name}” stands twice" for name in twice(names)),
    ]
    if wrong:
        problems = [f"{reason}; the columns are: {', '.join(known)}" for reason in wrong]
        raise Unreadable("header", line=header.line, problems=problems)


def _has_other_separator(record, header):
    """Return True where all cells were read as one, and the names in the header were not."""
    is_one_cell = record.problem == RAGGED and len(record.cells) == 1 < len(header.cells)
    return is_one_cell and any(separator in record.cells[0] for separator in _SEPARATORS)


def _row(record, names, columns):
    if record.cells == names:
        return Row(record.line, {}, [REPEATED_HEADER])
    row = Row(record.line, {}, [_what_is_wrong(record, names)] if record.problem else [])
    given = dict(zip(names, record.cells, strict=False))
    for column in columns if not record.problem else ():
        try:
            row.values[column.name] = column.value(unguarded(given.get(column.name, "").strip()))
        except ValueError as error:
            row.problems.append(f"{column.name}: {error}")
    return row


def _what_is_wrong(record, names):
    if record.problem != RAGGED:
        return record.problem
    count = len(record.cells)
    if count == 1 and any(separator in record.cells[0] for separator in _SEPARATORS):
        return (
            "the cells of this line, and maybe of others, are not separated as the column names "
            "are: write commas everywhere, or semicolons everywhere"
        )
    problem = f"{count} cell{'' if count == 1 else 's'}, but the header has {len(names)}"
    if any("\n" in cell for cell in record.cells):
        return f"{problem}; one of them goes over several lines: is a quote left open?"
    if _CURLY.search("".join(record.cells)):
        return f'{problem}; the quotes are curly (“ ”): type straight ones (") in a text editor'
    if count > len(names):
        return f"{problem}; a cell with a comma in it must stand in quotes"
    return problem
