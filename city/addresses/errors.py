class UnreadableFile(Exception):
    """A file that cannot be read at all; the message says why and what would help."""


class RefusedRow(ValueError):
    """One row that cannot be used; the message says why."""
