"""Run a program in a terminal until it is asked to end."""

import os
import signal
import socket
import sys
from pathlib import Path
from typing import Never

from tools.embedded import folders
from tools.embedded.child import ServiceFailed

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """The program was asked to end, by Ctrl-C or another signal."""


def run_until_stopped(run) -> None:
    """Call `run` until Stopped; exit with the message of a ServiceFailed."""
    for number in _ENDINGS:
        signal.signal(number, _ask_to_stop)
    try:
        run()
    except Stopped:
        say("Ended.")
    except ServiceFailed as error:
        sys.exit(f"\n{error}")


def let_nothing_interrupt() -> None:
    """Ignore further Ctrl-Cs, which would leave some of the programs running."""
    for number in _ENDINGS:
        signal.signal(number, signal.SIG_IGN)


def say(*lines) -> None:
    for line in lines:
        print(line, flush=True)


def refuse_a_taken_port(host, port, command="./run demo") -> None:
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


def usual_folder(name) -> Path:
    """Return the default data folder: in XDG's data home, or in /var/lib for root."""
    if folders.as_root():  # the user that runs PostgreSQL cannot enter root's home
        return Path("/var/lib") / name
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / name


def _ask_to_stop(number, frame) -> Never:
    raise Stopped
