"""What is started and stopped as a whole."""


class Managed:
    """`with` calls `start`, and `stop` at the end; where the start fails, `stop` ends what of it
    runs already.
    """

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()


class ManagedProgram(Managed):
    """The same of one program, whose Child is `child` while it runs."""

    child = None

    def stop(self):
        """Ends the program that this object started."""
        if self.child:
            self.child.stop()
            self.child = None
