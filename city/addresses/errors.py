class UnreadableFile(Exception):
    """A file that cannot be read at all; the message has the reason and the remedy."""


class RefusedRow(ValueError):
    """A row that cannot be used; the message has the reason."""
