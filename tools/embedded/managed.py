"""What is started and stopped as a whole."""

from typing import Self


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
    """The same of one program, whose Child is `child` while it runs."""

    child = None

    def stop(self) -> None:
        """Ends the program that this object started."""
        if self.child:
            self.child.stop()
            self.child = None
