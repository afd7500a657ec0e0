"""Records under the names of a header, and their cells as values."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from santa311.lib.sandbox.errors import Unreadable
from santa311.lib.tabular.formulas import unguarded
from santa311.lib.tabular.reading import Record

REQUIRED = object()
RAGGED = "ragged"


def _one_line(cell):
    return " ".join(cell.split())


@dataclass(frozen=True)
class Column:
    """One column: how a cell is read (`read` raises ValueError with words) and what a blank means.

    A column with a default may be missing from the file altogether.
    """

    name: str
    read: Callable[[str], object] = _one_line
    default: object = REQUIRED


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

    Raises Unreadable: empty, quotes (`line`).
    """
    records = iter(records)
    first = next((each for each in records if not each.is_blank and not each.is_comment), None)
    if first is None:
        raise Unreadable("empty")
    if first.problem:
        raise Unreadable("quotes", line=first.line, problem=first.problem)
    names = [name.strip() for name in first.cells]
    while needed is not None and not names[-1]:
        names.pop()
    fitting = (_fitted(record, names, needed) for record in records)
    return first._replace(cells=names), fitting


def _fitted(record, names, needed):
    if record.problem or record.is_blank or record.is_comment:
        return record
    cells, lacking = record.cells, names[len(record.cells) :]
    if needed is not None and not any(cell.strip() for cell in cells[len(names) :]):
        may_lack = not set(lacking) & set(needed)
        cells = [*cells[: len(names)], *("" for _name in lacking if may_lack)]
    return record._replace(cells=cells, problem="" if len(cells) == len(names) else RAGGED)


def rows(
    records: Iterable[Record], columns: Sequence[Column], *, key: Sequence[str] = ()
) -> Iterator[Row]:
    """Each record that says something, as values. A second one with the same `key` is a problem.

    Raises Unreadable as `with_header` does, and header (`line`, `problems`) where it has other
    columns.
    """
    needed = [column.name for column in columns if column.default is REQUIRED]
    header, body = with_header(records, needed)
    _check(header, columns, needed)
    lines: dict[tuple, int] = {}
    for record in body:
        if not record.is_blank and not record.is_comment:
            row = _row(record, header.cells, columns)
            yield row._replace(problems=[*row.problems, *_repeats(row, key, lines)])


def _check(header, columns, needed):
    names, known = header.cells, [column.name for column in columns]
    wrong = [f"the column “{name}” is missing" for name in needed if name not in names]
    wrong += [f"“{name}” is not a column of this file" for name in names if name not in known]
    wrong += [f"the column “{n}” stands twice" for n in sorted(set(names)) if names.count(n) > 1]
    if wrong:
        problems = [f"{reason}; the columns are: {', '.join(known)}" for reason in wrong]
        raise Unreadable("header", line=header.line, problems=problems)


def _row(record, names, columns):
    if record.problem:
        return Row(record.line, {}, [_problem(record, names)])
    given = dict(zip(names, record.cells, strict=True))
    row = Row(record.line, {}, [])
    for column in columns:
        try:
            row.values[column.name] = _value(column, unguarded(given.get(column.name, "").strip()))
        except ValueError as error:
            row.problems.append(f"{column.name}: {error}")
    return row


def _value(column, cell):
    if cell:
        return column.read(cell)
    if column.default is REQUIRED:
        raise ValueError("it must not be blank")
    return column.default


def _problem(record, names):
    if record.problem != RAGGED:
        return quotes(record.problem)
    said = f"{len(record.cells)} cells, but the header has {len(names)}"
    if any("\n" in cell for cell in record.cells):
        return f"{said}; one of them goes over several lines: is a quote left open?"
    if len(record.cells) > len(names):
        return f"{said}; a cell with a comma in it must stand in quotes"
    return said


def quotes(problem: str) -> str:
    """What is wrong where a quote opens somewhere in the record that begins on the line told."""
    if "unexpected end" in problem or "larger than" in problem:
        return "the quotes do not match: a quote that opens here is never closed"
    return f"the quotes do not match: {problem}; write a quote inside a cell twice"


def _repeats(row, key, lines):
    if not key or row.problems:
        return
    value = tuple(row.values[name] for name in key)
    first = lines.setdefault(value, row.line)
    if first != row.line:
        yield f"“{', '.join(map(str, value))}” is already on line {first}"
