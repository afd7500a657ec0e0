"""Base classes of services that are context managers."""

from typing import Self

from tools.embedded.child import Child


class ManagedService:
    """A service with `start` and `stop`, called by a `with` statement.

    If the start fails, `stop` ends what is already running.
    """

    def start(self) -> object:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.stop()


class ManagedProgram(ManagedService):
    """A service of one program; `child` is its process while it runs."""

    child: Child | None = None

    def is_running(self) -> bool:
        """Return True if the program runs, whoever started it."""
        raise NotImplementedError

    def stop_orphan(self) -> None:
        """Stop a program whose parent is gone."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop the program that this object started."""
        if self.child:
            self.child.stop()
            self.child = None
