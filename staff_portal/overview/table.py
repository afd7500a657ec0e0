"""A table of figures and its HTML."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import escape

from django.utils import formats
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

Cell = str | int | float | date | None


HeadAndRows = tuple[tuple[str, ...], Sequence[tuple[Cell, ...]]]


@dataclass(frozen=True)
class Table:
    """A table: the first column names the row. A cell of None is unknown, or of too few."""

    name: str
    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]

    @cached_property
    def body(self) -> SafeString:
        """Return the rows as HTML in the active language.

        A year has thousands of cells, each of which would cost a template 7 µs.
        """
        return mark_safe("\n".join(map(_render_row, self.rows)))  # nosec B703 # noqa: S308 - texts are escaped


def _render_row(cells: Iterable[Cell]) -> str:
    """Return a <tr> of cells; the first cell is a <th>, the others are <td>."""
    first, *others = map(_format_cell, cells)
    return f'<tr><th scope="row">{first}</th><td>{"</td><td>".join(others)}</td></tr>'


def _format_cell(cell: Cell) -> str:
    """Format a cell as escaped HTML; a dash stands for None, and a float has one decimal."""
    if cell is None:
        return "–"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return formats.number_format(cell, 1)
    return escape(formats.date_format(cell, _("M j, Y")) if isinstance(cell, date) else str(cell))
