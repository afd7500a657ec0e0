"""One query, grouped in several ways at once: PostgreSQL's GROUPING SETS, told apart by name."""


class Rows(dict):
    """Key to row; a key of which the query found nothing has the row `nothing`."""

    def __init__(self, rows, nothing):
        super().__init__(rows)
        self.nothing = nothing

    def __missing__(self, key):
        return self.nothing


def mask_of(keys, used) -> int:
    """As GROUPING counts: a bit per key, the first one the highest, set if it was not used."""
    return int("".join("0" if key in used else "1" for key in keys), 2)
