"""One program with everything it started: begun, ended, killed, stopped in its tracks."""

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
    """`launch()` starts the program and returns its Child; `ready()` says when it answers; it has
    `patience` seconds to end when it is asked to.

    `starter` has one thread, which lives as long as the programs may: on Linux a program ends with
    the thread that started it, so whoever starts one from a thread of an experiment would lose it
    at the end of that thread.

    All verbs may be called in any state and from any thread, though not for the same service from
    two at once. Both `start` and `stop` wait; `start` raises ServiceFailed.
    """

    launch: Callable[[], Child]
    ready: Callable[[], bool] | None = None
    _: KW_ONLY
    starter: ThreadPoolExecutor
    patience: int = 15
    child: Child | None = None

    @property
    def alive(self) -> bool:
        """Whether the program runs; one that is paused does."""
        return self.child is not None and self.child.exit_code is None

    def start(self) -> None:
        """Returns when it answers."""
        self.begin()
        self.await_ready()

    def begin(self) -> None:
        """Starts it without waiting, so that several can start side by side."""
        if not self.alive:
            self.child = self.starter.submit(self.launch).result()

    def await_ready(self) -> None:
        if self.ready:
            self.child.wait_until(self.ready, seconds=60)

    def stop(self) -> None:
        """Asks it to end and waits until what it had begun is finished."""
        if self.alive:
            self.resume()
        if self.child:
            self.child.stop(self.patience)

    def kill(self) -> None:
        """SIGKILL of the whole family, as a power cut would; returns when all of it is gone."""
        if not self.alive:
            return
        _adopt_orphans()
        family = self._freeze()
        for process in family:
            _send(process, signal.SIGKILL)
        self.child.stop()
        for process in family[1:]:
            await_that(partial(_is_gone, process), 10, f"Process {process.pid} does not end.")

    def pause(self) -> None:
        """SIGSTOP of the whole family: it holds its connections and answers nothing."""
        if self.alive:
            self._freeze()

    def resume(self) -> None:
        for process in self._family():
            _send(process, signal.SIGCONT)

    def _freeze(self) -> list:
        """Stops the family, those too that were born meanwhile; returns it, the oldest first."""
        frozen = []
        while new := [each for each in self._family() if each not in frozen]:
            for process in new:
                _send(process, signal.SIGSTOP)
            frozen += new
        return frozen

    def _family(self):
        try:
            parent = psutil.Process(self.child.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


def _send(process, number) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(number)


def _adopt_orphans() -> None:
    """What a killed program leaves becomes our child, so that we can wait for it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _is_gone(process) -> bool:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process.pid, os.WNOHANG)
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
