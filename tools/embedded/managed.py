"""Base classes for programs, and for groups of programs, that are started and stopped."""

from abc import ABC, abstractmethod
from typing import Self

from tools.embedded.child import Child


class Managed(ABC):
    """A context manager that calls start() and stop().

    If start() fails, stop() is called too, for the parts that already run.
    """

    @abstractmethod
    def start(self) -> object:
        """Start everything; return when it is ready for use."""

    @abstractmethod
    def stop(self) -> None:
        """Stop everything that was started."""

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.stop()


class ManagedProgram(Managed):
    """A program that is started and stopped; `child` is its Child while it runs."""

    child: Child | None = None

    @property
    def pid(self) -> int:
        """The id of the running process; raise RuntimeError if it does not run."""
        if self.child is None:
            raise RuntimeError(f"{type(self).__name__} does not run.")
        return self.child.pid

    def stop(self) -> None:
        """Stop the program if it runs."""
        if self.child:
            self.child.stop()
            self.child = None
