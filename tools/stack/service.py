"""One program with all processes it started: start, stop, kill, pause."""

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

from tools.embedded import Child, await_condition

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(eq=False)
class Service:
    """A program of the stack.

    `launch()` starts it and returns its Child; `ready()` says whether it answers. It has `patience`
    seconds to end when asked. `starter` is a pool of one thread that lives as long as the programs:
    on Linux a program ends with the thread that started it.

    All methods may be called in any state and from any thread, but not twice at once for the same
    service. `start` and `stop` wait; `start` raises ServiceFailed.
    """

    launch: Callable[[], Child]
    ready: Callable[[], bool] | None = None
    _: KW_ONLY
    starter: ThreadPoolExecutor
    patience: int = 15
    child: Child | None = None

    @property
    def is_alive(self) -> bool:
        """Return True if the program runs, paused or not."""
        return self.child is not None and self.child.exit_code is None

    def start(self) -> None:
        """Start the program and wait until it answers."""
        self.start_without_waiting()
        self.await_ready()

    def start_without_waiting(self) -> None:
        """Start the program, so that several can start in parallel."""
        if not self.is_alive:
            self.child = self.starter.submit(self.launch).result()

    def await_ready(self) -> None:
        if self.ready:
            self.child.wait_until(self.ready, seconds=60)

    def stop(self) -> None:
        """Ask the program to end, and wait until it has finished its work."""
        if self.is_alive:
            self.resume()
        if self.child:
            self.child.stop(self.patience)

    def kill(self) -> None:
        """Kill the program and all its processes, as a power cut would, and wait until they are
        gone.
        """
        if not self.is_alive:
            return
        _adopt_orphans()
        family = self._pause_family()
        for process in family:
            _send_signal(process, signal.SIGKILL)
        self.child.stop()
        for process in family[1:]:
            await_condition(partial(_is_gone, process), 10, f"Process {process.pid} does not end.")

    def pause(self) -> None:
        """Pause all processes (SIGSTOP): they keep their connections and answer nothing."""
        if self.is_alive:
            self._pause_family()

    def resume(self) -> None:
        for process in self._list_family():
            _send_signal(process, signal.SIGCONT)

    def _pause_family(self) -> list:
        """Pause all processes, also those started meanwhile, and return them, the oldest first."""
        frozen = []
        while new := [each for each in self._list_family() if each not in frozen]:
            for process in new:
                _send_signal(process, signal.SIGSTOP)
            frozen += new
        return frozen

    def _list_family(self):
        try:
            parent = psutil.Process(self.child.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


def _send_signal(process: psutil.Process, number: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(number)


def _adopt_orphans() -> None:
    """Become the parent of processes that a killed program leaves, to be able to wait for them."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _is_gone(process: psutil.Process) -> bool:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process.pid, os.WNOHANG)
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
