"""Phrases in one cell of the table."""

import re

_COMMA = re.compile(r"[,;\n]")


def split_phrases(cell: str) -> list[str]:
    """Return the nonblank phrases of a cell; commas, semicolons or line ends separate them."""
    return [text for part in _COMMA.split(cell) if (text := " ".join(part.split()))]
