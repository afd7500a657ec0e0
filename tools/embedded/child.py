"""A child process that is started, awaited and stopped.

Every service is a child of the process that uses it: a killed daemon without a parent that waits
for it stays a zombie, whose lock files prevent a new start.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class ServiceFailed(Exception):
    """A service did not start, or ended by itself. The message is for the person who ran it."""


class Child:
    """A program in its own session, so that Ctrl-C in the terminal does not reach it first.

    `log` is the file for its output, truncated at each start unless `append_log`. `account` holds
    the `user`, `group` and `extra_groups` of Popen, `popen_options` its other arguments. On Linux
    the program ends when the thread that started it ends, even by SIGKILL, so start it from the
    main thread.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[object],
        *,
        log: Path | str,
        append_log: bool = False,
        account: dict[str, Any] | None = None,
        stop_signal: int = signal.SIGTERM,
        **popen_options: Any,
    ) -> None:
        self.name = name
        self.log = Path(log)
        self.stop_signal = stop_signal
        with self.log.open("ab" if append_log else "wb") as output:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=self._set_parent_death_signal if _libc else None,
                **(account or {}),
                **popen_options,
            )

    def _set_parent_death_signal(self) -> None:
        if _libc:
            _libc.prctl(_PR_SET_PDEATHSIG, int(self.stop_signal), 0, 0, 0)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Return the exit code, negative for a signal; None while the program runs."""
        return self._process.poll()

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until `ready()` is true.

        Raise ServiceFailed with the end of the log if the program ends first, or after `seconds`.
        """
        deadline = time.monotonic() + seconds
        pause = 0.01
        while not ready():
            if self.exit_code is not None:
                raise ServiceFailed(f"{self.name} ended at once.\n{self.read_log_tail()}")
            if time.monotonic() > deadline:
                raise ServiceFailed(
                    f"{self.name} did not answer within {seconds} seconds.\n{self.read_log_tail()}"
                )
            time.sleep(pause)
            pause = min(pause * 1.5, 0.2)

    def wait(self, seconds: float) -> int:
        """Wait for the program to end by itself, and return its exit code.

        After `seconds` stop it and raise ServiceFailed.
        """
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            self.stop()
            raise ServiceFailed(f"{self.name} took longer than {seconds} seconds.") from error

    def stop(self, seconds: float = 15) -> int:
        """Stop the program and all processes it started, and return its exit code.

        It is killed if it has not ended after `seconds`.
        """
        if self.exit_code is None:
            self._process.send_signal(self.stop_signal)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._kill_process_group()
        return self._process.wait()

    def _kill_process_group(self) -> None:
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return  # nobody is left in its group; macOS says "permission" for a group of zombies

    def read_log_tail(self, lines: int = 12) -> str:
        """Return the last lines of the log, with an explanation if the disk is full."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        tail = "\n".join(f"    {line}" for line in text.splitlines()[-lines:])
        if "No space left on device" in text:
            return f"The disk is full: free some space and start again.\n{tail}"
        return tail


def await_condition(condition: Callable[[], object], seconds: float, problem: str) -> None:
    """Wait until `condition()` is true. Raise ServiceFailed(`problem`) after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise ServiceFailed(problem)
        time.sleep(0.05)
