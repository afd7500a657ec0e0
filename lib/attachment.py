"""A file that is sent with a mail."""

from typing import NamedTuple


class Attachment(NamedTuple):
    """A file of a mail: its name, its content and its media type, such as “text/csv”."""

    name: str
    content: bytes
    media_type: str
