"""What is started and stopped as a whole."""

from typing import Self

from tools.embedded.child import Child


class Managed:
    """`with` calls `start`, and `stop` at the end; where the start fails, `stop` ends what of it
    runs already.
    """

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
        """Ends the program that this object started."""
        if self.child:
            self.child.stop()
            self.child = None
