"""A program with its child processes, which can be started, stopped, killed and paused."""

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import KW_ONLY, dataclass
from functools import partial

import psutil

from tools.embedded import Child, await_that

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(eq=False)
class Service:
    """A service; `launch()` starts its program and returns the Child.

    `ready()` returns True when it answers. The program has `patience` seconds to end.

    `starter` has one thread that lives as long as the programs. On Linux a program ends with the
    thread that started it, so a program started from a thread of an experiment would end with that
    thread.

    All methods may be called in any state and from any thread, but not for the same service from
    two threads at once. Both `start` and `stop` wait; `start` raises ServiceFailed.
    """

    launch: Callable[[], Child]
    ready: Callable[[], bool] | None = None
    _: KW_ONLY
    starter: ThreadPoolExecutor
    patience: int = 15
    child: Child | None = None

    @property
    def alive(self) -> bool:
        """Return True if the program runs; a paused program runs, too."""
        return self.child is not None and self.child.exit_code is None

    def start(self) -> None:
        """Start the program, and return when it answers."""
        self.begin()
        self.await_ready()

    def begin(self) -> None:
        """Start the program without waiting, so that several can start at the same time."""
        if not self.alive:
            self.child = self.starter.submit(self.launch).result()

    def await_ready(self) -> None:
        if self.ready and self.child:
            self.child.wait_until(self.ready, seconds=60)

    def stop(self) -> None:
        """Ask the program to end, and wait until it has finished its work."""
        if self.alive:
            self.resume()
        if self.child:
            self.child.stop(self.patience)

    def kill(self) -> None:
        """Send SIGKILL to the program and its children, and wait until all are gone."""
        if self.child is None or not self.alive:
            return
        _adopt_orphans()
        family = self._freeze()
        for process in family:
            _send(process, signal.SIGKILL)
        self.child.stop()
        for process in family[1:]:
            await_that(partial(_is_gone, process), 10, f"Process {process.pid} does not end.")

    def pause(self) -> None:
        """Send SIGSTOP to the program and its children, which keep their connections."""
        if self.alive:
            self._freeze()

    def resume(self) -> None:
        for process in self._family():
            _send(process, signal.SIGCONT)

    def find_program(self, name: str) -> psutil.Process:
        """Return the service's first process with this name; raise StopIteration without one."""
        return next(process for process in self._family() if process.name() == name)

    def _freeze(self) -> list:
        """Send SIGSTOP to all processes, also new children; return them, the oldest first."""
        frozen = []
        while new := [each for each in self._family() if each not in frozen]:
            for process in new:
                _send(process, signal.SIGSTOP)
            frozen += new
        return frozen

    def _family(self) -> list[psutil.Process]:
        if self.child is None:
            return []
        try:
            parent = psutil.Process(self.child.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


def _send(process, number) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(number)


def _adopt_orphans() -> None:
    """Make this process the parent of killed programs' children, so that it can wait for them."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _is_gone(process) -> bool:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process.pid, os.WNOHANG)
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
