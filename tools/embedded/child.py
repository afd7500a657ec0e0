"""Start, wait for and stop a program as a child process.

Every service is a child of the process that needs it. If a killed daemon were not waited for, it
would stay a zombie, and its lock files would prevent the next start.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class ServiceFailed(Exception):
    """A service did not start, or it ended; the message is meant for the user."""


class Child:
    """A program in its own session, so that a Ctrl-C in the terminal does not reach it directly.

    `log` is the file for its output; it is emptied at each start unless `goes_on`. `account` has
    Popen's `user`, `group` and `extra_groups`, and `how` other arguments of Popen. On Linux the
    program also ends when the thread that started it ends, even by SIGKILL, so start it from the
    main thread.
    """

    def __init__(
        self,
        name,
        command,
        *,
        log,
        goes_on=False,
        account=None,
        stop_signal=signal.SIGTERM,
        **how,
    ) -> None:
        self.name = name
        self.log = Path(log)
        self.stop_signal = stop_signal
        with self.log.open("ab" if goes_on else "wb") as output:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=self._end_with_parent if _libc else None,
                **(account or {}),
                **how,
            )

    def _end_with_parent(self) -> None:
        assert _libc
        _libc.prctl(_PR_SET_PDEATHSIG, int(self.stop_signal), 0, 0, 0)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Return the exit code, negative for a signal; None while the program runs."""
        return self._process.poll()

    def wait_until(self, ready, seconds) -> None:
        """Wait until `ready()` is true.

        Raise ServiceFailed with the end of the log if the program ends first, or after `seconds`.
        """
        deadline = time.monotonic() + seconds
        pause = 0.01
        while not ready():
            if self.exit_code is not None:
                raise ServiceFailed(f"{self.name} ended at once.\n{self.last_words()}")
            if time.monotonic() > deadline:
                raise ServiceFailed(
                    f"{self.name} did not answer within {seconds} seconds.\n{self.last_words()}"
                )
            time.sleep(pause)
            pause = min(pause * 1.5, 0.2)

    def wait(self, seconds) -> int:
        """Wait until the program ends; return its exit code, or raise ServiceFailed."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            self.stop()
            raise ServiceFailed(f"{self.name} took longer than {seconds} seconds.") from error

    def stop(self, seconds=15) -> int:
        """Ask the program to end; after `seconds` kill it, then its group. Return its exit code."""
        if self.exit_code is None:
            self._process.send_signal(self.stop_signal)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._end_what_it_started()
        return self._process.wait()

    def _end_what_it_started(self) -> None:
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return  # the process group is empty; macOS reports "permission" for a group of zombies

    def last_words(self, lines=12) -> str:
        """Return the end of the log, after an explanation if the disk is full."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        tail = "\n".join(f"    {line}" for line in text.splitlines()[-lines:])
        if "No space left on device" in text:
            return f"The disk is full: free some space and start again.\n{tail}"
        return tail


def await_that(condition, seconds, problem) -> None:
    """Wait until `condition()` is true; raise ServiceFailed with `problem` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise ServiceFailed(problem)
        time.sleep(0.05)
