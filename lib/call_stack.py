"""A decorator that keeps Python's frames in one chunk of memory.

CPython keeps the frames of a thread in chunks of 16 KB. Until 3.13.12 (Debian 13 has 3.13.5) it
allocates a chunk each time a call crosses into it and frees it on return. Where such a border lies
within a loop, a call takes 350 times as long, and templates render in loops that are dozens of
calls deep (github.com/python/cpython/issues/142183).
"""

from collections.abc import Callable
from typing import Any

# Makes a frame of 254 KB, which stays unused. With the interpreter's reserve it needs a chunk of
# 512 KB, so that as much again is left for the functions that are called.
_STACK_SLOTS = 31_800


def reserve_stack(function) -> Callable:
    """Return `function`, wrapped to run with 250 KB of frames reserved in one chunk."""

    def call(*args, **named) -> Any:
        return function(*args, **named)

    call.__code__ = call.__code__.replace(co_stacksize=_STACK_SLOTS)
    return call
