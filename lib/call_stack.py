"""Room for Python's frames in one piece of memory.

CPython keeps the frames of a thread in chunks of 16 KB. Until 3.13.12 (Debian 13 has 3.13.5) it
takes a chunk from the system each time a call crosses into it and gives it back on return. Where
such a border lies within a loop, a call costs 350 times as much, and pages are rendered in loops
dozens of calls deep (github.com/python/cpython/issues/142183).
"""

from collections.abc import Callable
from typing import Any

# Makes a frame of 254 KB, of which nothing is touched. With the interpreter's reserve it needs a
# chunk of 512, so that as much again is left for what is called.
_SLOTS = 31_800


def in_one_chunk(function) -> Callable:
    """`function`, whose frames and those of all that it calls lie in one chunk, up to 250 KB."""

    def call(*args, **named) -> Any:
        return function(*args, **named)

    call.__code__ = call.__code__.replace(co_stacksize=_SLOTS)
    return call
