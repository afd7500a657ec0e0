"""Schemas of tables: which columns a file has, and what the cells of a record mean."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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


def format_cell(value: object) -> str:
    """Return a value as most cells have it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(value)
    return str(value)


@dataclass(frozen=True)
class Column:
    """One column: how a cell is read (`read` raises ValueError with words), what a blank means, and
    how a value is written.

    A column with a default may be missing from the file altogether. `headings` are what stands
    above it, most usual first, without regard to case, blanks and underscores; where there are
    none, its exact name does. `stored_as` is the attribute of an object that holds its value, where
    that has another name.
    """

    name: str
    read: Callable[[str], object] = one_line
    default: object = REQUIRED
    write: Callable[[object], str] = format_cell
    headings: Sequence[str] = ()
    stored_as: str = ""

    @property
    def attribute(self) -> str:
        return self.stored_as or self.name

    def value(self, cell: str) -> object:
        """Return what a cell without blanks at its ends says. Raises ValueError with words."""
        if cell:
            return self.read(cell)
        if self.default is REQUIRED:
            raise ValueError("it must not be blank")
        return self.default

    def format(self, value: object) -> str:
        """Return the cell that says a value; a blank one for None."""
        return "" if value is None else self.write(value)

    def find_places(self, header: Sequence[str]) -> list[int]:
        """Return the places of a header that mean this column, most usual heading first."""
        if not self.headings:
            return [place for place, heading in enumerate(header) if heading == self.name]
        plain = [_plain(heading) for heading in header]
        wanted = dict.fromkeys(_plain(heading) for heading in self.headings)
        return [n for each in wanted for n, heading in enumerate(plain) if heading == each]


def _plain(heading: str) -> str:
    return "".join(heading.split()).replace("_", "").casefold()


@dataclass(frozen=True)
class Schema:
    """The columns of a table; `key` are those that tell its rows apart.

    A file must have the `needed` columns, which are those without a default unless they are given.
    A foreign file has columns besides, which are ignored, and as many cells in every record as in
    its header.
    """

    columns: Sequence[Column]
    key: Sequence[str] = ()
    needed: Collection[str] | None = None
    is_foreign: bool = False

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def open(self, records: Iterable[Record]) -> "TableReader":
        """Read the header. Raises Unreadable as `split_header` and `find_columns` do."""
        header, body = split_header(records, None if self.is_foreign else self._needed())
        return TableReader(self, header, body)

    def _needed(self) -> Collection | list[str]:
        if self.needed is not None:
            return self.needed
        return [column.name for column in self.columns if column.default is REQUIRED]

    def find_columns(self, header: Record) -> dict[str, int]:
        """Return the place of each column that a header has, by its name.

        Raises Unreadable: header (`line`, its `headings`, the `known` names; which are `missing`,
        `unknown` and `repeated`; these also as `problems` in words).
        """
        places = {column.name: column.find_places(header.cells) for column in self.columns}
        names = {place: name for name, found in places.items() for place in found}
        names = [names.get(place, heading) for place, heading in enumerate(header.cells)]
        missing = [name for name in self._needed() if not places[name]]
        unknown = [] if self.is_foreign else [name for name in names if name not in places]
        repeated = [] if self.is_foreign else twice(names)
        if missing or unknown or repeated:
            problems = [
                *(f"the column “{name}” is missing" for name in missing),
                *(f"“{name}” is not a column of this file" for name in unknown),
                *(f"the column “{name}” stands twice" for name in repeated),
            ]
            raise Unreadable(
                "header",
                line=header.line,
                headings=header.cells,
                known=self.names,
                missing=missing,
                unknown=unknown,
                repeated=repeated,
                problems=[f"{each}; the columns are: {', '.join(self.names)}" for each in problems],
            )
        return {name: found[0] for name, found in places.items() if found}


class Cells(NamedTuple):
    """The values of a record's cells, and why some cannot be read, both by the column's name."""

    values: dict[str, object]
    problems: dict[str, str]


def read_cells(columns: Iterable[Column], texts: Mapping[str, str]) -> Cells:
    """Return the values of columns; a column that `texts` lack is blank."""
    found = Cells({}, {})
    for column in columns:
        try:
            found.values[column.name] = column.value(texts.get(column.name, "").strip())
        except ValueError as error:
            found.problems[column.name] = str(error)
    return found


class Row(NamedTuple):
    """`values` are all there where there are no problems."""

    line: int
    values: dict[str, object]
    problems: list[str]


@dataclass
class TableReader:
    """A file that is read by a schema. `records` are those below the header, with comments and
    blank ones; they can be gone through once. Raises Unreadable as `Schema.find_columns` does.
    """

    schema: Schema
    header: Record
    records: Iterator[Record]
    places: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.places = self.schema.find_columns(self.header)

    def texts(self, record: Record) -> dict[str, str]:
        """Return the cells of a record that has no problem, by the names of their columns."""
        return {name: record.cells[place] for name, place in self.places.items()}

    def rows(self) -> Iterator[Row]:
        """Yield each record that says something, as values.

        A second one with the same key is a problem. Of lines with other separators than the header
        only the first is told, but in a foreign file each.
        """
        lines: dict[tuple, int] = {}
        has_other_separators = False
        for record in self.records:
            if not record.is_told:
                continue
            if not self.schema.is_foreign and _has_other_separator(record, self.header):
                if has_other_separators:
                    continue
                has_other_separators = True
            row = self._row(record)
            if self.schema.key and not row.problems:
                value = tuple(row.values[name] for name in self.schema.key)
                if (first := lines.setdefault(value, row.line)) != row.line:
                    said = ", ".join(map(str, value))
                    row.problems.append(f"“{said}” is already on line {first}")
            yield row

    def _row(self, record) -> Row:
        if problem := self.explain(record):
            return Row(record.line, {}, [problem])
        texts = {name: unguarded(text.strip()) for name, text in self.texts(record).items()}
        values, problems = read_cells(self.schema.columns, texts)
        return Row(record.line, values, [f"{name}: {why}" for name, why in problems.items()])

    def explain(self, record: Record) -> str:
        """Return why the cells of a record cannot be used; empty where they can."""
        width, count = len(self.header.cells), len(record.cells)
        if record.cells == self.header.cells:
            return REPEATED_HEADER
        if record.problem and record.problem != RAGGED and self.schema.is_foreign:
            return f"it can't be read: {record.problem}"
        if record.problem != RAGGED:
            return record.problem
        if _has_other_separator(record, self.header):
            return (
                "the cells of this line, and maybe of others, are not separated as the column "
                "names are: write commas everywhere, or semicolons everywhere"
            )
        problem = f"{count} cell{'' if count == 1 else 's'}, but the header has {width}"
        if any("\n" in cell for cell in record.cells):
            return f"{problem}; one of them goes over several lines: is a quote left open?"
        if _CURLY.search("".join(record.cells)):
            return f'{problem}; the quotes are curly (“ ”): type straight ones (") in a text editor'
        if count > width:
            return f"{problem}; a cell with a comma in it must stand in quotes"
        return problem


def _has_other_separator(record, header) -> bool:
    """Return True where all cells were read as one, and the names in the header were not."""
    is_one_cell = record.problem == RAGGED and len(record.cells) == 1 < len(header.cells)
    return is_one_cell and any(separator in record.cells[0] for separator in _SEPARATORS)


def split_header(
    records: Iterable[Record], needed: Collection[str] | None = None
) -> tuple[Record, Iterator[Record]]:
    """Return the first record that says something, as names, and all records after it.

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


def _fitted(record, names, needed) -> Record:
    if record.problem or not record.is_told:
        return record
    cells, width = record.cells, len(names)
    if needed is not None and not any(map(str.strip, cells[width:])):
        lacking = names[len(cells) :]
        cells = [*cells[:width], *("" for _name in lacking if not {*lacking} & {*needed})]
    return record._replace(cells=cells, problem="" if len(cells) == width else RAGGED)


def twice(names: Sequence[str]) -> list[str]:
    """Return the names that occur more than once; a column without a name does no harm."""
    return sorted({name for name in names if name and names.count(name) > 1})
