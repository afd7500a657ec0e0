"""Capturing of log lines as JSON in tests."""

import io
import json
import logging
from contextlib import contextmanager

from lib import logs


class LogLines:
    """The captured log lines.

    `text` is the whole log, `all` the parsed lines. `said(**fields)` returns the lines with these
    values.
    """

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
def capture_log_lines(level="DEBUG"):
    """Capture the lines of all loggers at `level`, except loggers that our settings silence."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLineFormatter())
    root = logging.getLogger()
    before, levels = root.level, _set_levels(logs.build_logging_config("json", level)["loggers"])
    root.addHandler(handler)
    root.setLevel(level)
    try:
        yield LogLines(stream)
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        _set_levels(levels)


def _set_levels(loggers):
    """Set the levels of `loggers`, and return the previous levels."""
    before = {}
    for name, how in loggers.items():
        if "level" in how:
            logger = logging.getLogger(name)
            before[name] = {"level": logging.getLevelName(logger.level)}
            logger.setLevel(how["level"])
    return before
