"""A context manager for context variables."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def override_context_variable(variable, value) -> Iterator[None]:
    """Set the ContextVar `variable` to `value` inside the block."""
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)
