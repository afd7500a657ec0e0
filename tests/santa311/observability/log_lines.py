"""What is written to the log while a test runs, as the JSON lines that a collector would get."""

import io
import json
import logging
from contextlib import contextmanager

from lib import logs


class Lines:
    """`text` is everything; `said(**fields)` the lines, as dicts, that hold these values."""

    def __init__(self, stream):
        self._stream = stream

    @property
    def text(self):
        return self._stream.getvalue()

    @property
    def all(self):
        return [json.loads(line) for line in self.text.splitlines()]

    def said(self, **fields):
        return [line for line in self.all if fields.items() <= line.items()]


@contextmanager
def written(level="DEBUG"):
    """Every logger at `level`, but those that our own configuration quiets."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLineFormatter())
    root = logging.getLogger()
    before, levels = root.level, _set_levels(logs.build_logging_config("json", level)["loggers"])
    root.addHandler(handler)
    root.setLevel(level)
    try:
        yield Lines(stream)
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        _set_levels(levels)


def _set_levels(loggers):
    """Sets what is named and returns what was, in the same shape."""
    before = {}
    for name, how in loggers.items():
        if "level" in how:
            logger = logging.getLogger(name)
            before[name] = {"level": logging.getLevelName(logger.level)}
            logger.setLevel(how["level"])
    return before
