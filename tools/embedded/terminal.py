"""Helpers of programs that run in a terminal until they are stopped."""

import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Never

from tools.embedded import folders
from tools.embedded.child import ServiceFailed

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """The program was asked to end by Ctrl-C or a signal."""


def run_until_stopped(run: Callable[[], object]) -> None:
    """Call `run` until StopRequested. Print the message of a ServiceFailed and exit with 1."""
    for number in _STOP_SIGNALS:
        signal.signal(number, _raise_stop_requested)
    try:
        run()
    except StopRequested:
        print_lines("Ended.")
    except ServiceFailed as error:
        sys.exit(f"\n{error}")


def ignore_stop_signals() -> None:
    """Ignore further signals, because an interrupted end would leave services running."""
    for number in _STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def print_lines(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)


def require_free_port(host: str, port: int, command: str = "./run demo") -> None:
    """Raise ServiceFailed if the port is taken or needs more rights."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise ServiceFailed(f"Port {port} needs more rights. Try --port 8000.") from error
        except OSError as error:
            raise ServiceFailed(
                f"Port {port} is taken by another program. Try {command} --port {port + 1}"
            ) from error


def default_data_folder(name: str) -> Path:
    """Return XDG's data folder `name`; in /var/lib for root, whose home is closed to others."""
    if folders.is_root():  # whose home is closed to the user that PostgreSQL then runs as
        return Path("/var/lib") / name
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / name


def _raise_stop_requested(number, frame) -> Never:
    raise StopRequested
