"""How phrases stand in one cell of the table."""

import re

_COMMA = re.compile(r"[,;\n]")


def split(cell: str) -> list[str]:
    """The phrases of a cell, which have commas between them."""
    return [text for part in _COMMA.split(cell) if (text := " ".join(part.split()))]
