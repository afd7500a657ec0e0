"""Context variables that have a value for a while."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def assigned(variable, value) -> Iterator[None]:
    """Inside, the ContextVar `variable` has this value."""
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)
