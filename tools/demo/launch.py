"""`./run demo`: start and stop PostgreSQL, Valkey, the worker, beat and the web server."""

import ipaddress
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple, NoReturn

from tools.demo.options import build_parser
from tools.demo.people import APP_KEY, APP_NAME, PASSWORD, PEOPLE
from tools.demo.place import Place, find_folder, resolve_pack
from tools.demo.prepare import prepare
from tools.embedded import Child, ServiceFailed
from tools.embedded.terminal import (
    let_nothing_interrupt,
    refuse_a_taken_port,
    run_until_stopped,
    say,
)

WEB = [
    "-m", "granian", "--interface", "wsgi", "--http", "1", "--workers", "2",
    "--blocking-threads", "4", "--backpressure", "2048", "--no-ws", "--log-level", "warning",
]  # fmt: skip
# Two processes that reserve one task each, so that a mail does not wait behind five photos.
WORKER = [
    "-m", "celery", "--app", "santa311", "--quiet", "worker", "--concurrency", "2",
    "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "warning",
]  # fmt: skip
BEAT = ["-m", "celery", "--app", "santa311", "--quiet", "beat", "--loglevel", "warning"]
RESTART_PAUSE = 2  # seconds, as in deploy/systemd


def main() -> None:
    options = parse(sys.argv[1:])
    run_until_stopped(lambda: run(options))


def parse(arguments) -> Namespace:
    """Return the options with their defaults; exit if an option is invalid.

    `pack` is an absolute path or None, `host` an IP address.
    """
    return _settled(build_parser().parse_args(arguments))


def _settled(options):
    """Return the options with an absolute `pack`, if one is given, and with a `data_dir`."""
    if options.pack:
        options.pack = resolve_pack(options.pack)
    options.data_dir = options.data_dir or find_folder(options.pack)
    return options


def run(options) -> None:
    """Start the demo, print how to use it, and run it until it is stopped.

    A signal raises Stopped. ServiceFailed is raised if a program ends or cannot be started. The
    folder is emptied first with `fresh`, or if an older version created it.
    """
    started = time.monotonic()
    refuse_a_taken_port(options.host, options.port)
    if options.pack:
        use_pack(options.pack)
    place = Place(options.data_dir)
    place.make()
    with place.held(), ExitStack() as running:
        try:
            if place.is_of_an_older_version():
                say("This demo was made by an older version: it is filled anew")
                place.empty()
            elif options.fresh:
                place.empty()
            children, beat = start(place, options, running)
            say(f"Ready in {time.monotonic() - started:.1f} s")
            greet(place, options)
            watch(children, beat)
        finally:
            let_nothing_interrupt()


def use_pack(folder) -> None:
    """Check a city's pack, and set CITY_PACK to its folder.

    Raise ServiceFailed with the problems of the pack.
    """
    checked = subprocess.run(
        [sys.executable, "-m", "tools.demo.pack", "check-city", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    if checked.returncode:
        raise ServiceFailed(checked.stderr.strip())
    os.environ["CITY_PACK"] = str(folder)


class RestartedProgram:
    """A program that is started again whenever it ends."""

    def __init__(self, name: str, arguments: list[str], log: Path) -> None:
        self.name, self._arguments, self._log = name, arguments, log
        self._start()

    def _start(self, *, goes_on: bool = False) -> None:
        command = [sys.executable, *self._arguments]
        self.child = Child(f"The {self.name} process", command, log=self._log, goes_on=goes_on)
        self._started_at = time.monotonic()

    def restart_if_ended(self) -> None:
        """Start the program again if it has ended, at least two seconds after its last start."""
        has_rested = time.monotonic() - self._started_at >= RESTART_PAUSE
        if self.child.exit_code is not None and has_rested:
            say(f"{self.child.name} ended by itself (code {self.child.exit_code}) and is restarted")
            self.child.stop()
            self._start(goes_on=True)

    def stop(self) -> None:
        self.child.stop()


class Programs(NamedTuple):
    """The programs of a demo: if one of `needed` ends, the demo ends; `beat` is restarted."""

    needed: list[Child]
    beat: RestartedProgram


def start(place, options, running) -> Programs:
    """Set the environment, start all programs in order, and return them.

    `running` (an ExitStack) ends them in the opposite order.
    """
    place.address = os.environ.get("BASE_URL") or address(options)
    os.environ.update(place.environment(list_hosts(options.host)))
    prepare(place, say, lambda: _start_services(place, running), requests=options.requests)
    where = ["--host", options.host, "--port", options.port]
    web = _program(place, "web", [*WEB, *where, "santa311.wsgi:application"], running)
    web.wait_until(lambda: answers(address(options)), seconds=60)
    # after the web server, because starting each one uses a whole processor
    worker = _program(place, "worker", WORKER, running)
    beat = RestartedProgram("beat", BEAT, place.log("beat"))
    running.callback(beat.stop)
    return Programs([*(service.child for service in place.services.values()), worker, web], beat)


def _start_services(place, running) -> None:
    for service in place.services.values():
        running.enter_context(service)
    say("PostgreSQL and Valkey run")


def _program(place, name, arguments, running) -> Child:
    """Start Python with the arguments and return the process; `running` stops it."""
    child = Child(f"The {name} process", [sys.executable, *arguments], log=place.log(name))
    running.callback(child.stop)
    return child


def address(options) -> str:
    """Return the URL at which this machine reaches the first page: http://localhost:8000."""
    host = ipaddress.ip_address(options.host)
    name = "localhost" if host.is_loopback or host.is_unspecified else _in_url(options.host)
    return f"http://{name}:{options.port}"


def _in_url(host) -> str:
    """Return the host for use in a URL, with brackets around an IPv6 address."""
    return f"[{host}]" if ":" in host else host


def answers(where) -> bool:
    """Return True if the first page can be loaded, and False if no server answers.

    Raise ServiceFailed if the first page is an error.
    """
    try:
        with urllib.request.urlopen(f"{where}/", timeout=10) as answer:  # nosec B310 # its own address
            return answer.status == 200
    except urllib.error.HTTPError as error:
        raise ServiceFailed(
            f"The first page answers {error.code}; logs/web.log says why."
        ) from error
    except OSError:
        return False


def watch(children: list[Child], beat: RestartedProgram) -> NoReturn:
    """Restart beat whenever it has ended; raise ServiceFailed if another program ends."""
    while True:
        time.sleep(0.3)
        beat.restart_if_ended()
        for child in children:
            if child.exit_code is not None:
                raise ServiceFailed(
                    f"{child.name} ended by itself (code {child.exit_code}), so the demo ends.\n"
                    f"{child.last_words()}"
                )


def list_hosts(host) -> list:
    """Return the host names at which other machines reach this one; [] for a loopback `host`."""
    if ipaddress.ip_address(host).is_loopback:
        return []
    everywhere = ipaddress.ip_address(host).is_unspecified
    return [socket.gethostname(), *(find_lan_addresses() if everywhere else [_in_url(host)])]


def find_lan_addresses() -> list:
    """Return [the LAN address of this machine], or [] without a network; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:  # no network
            return []
        return [probe.getsockname()[0]]


def greet(place, options) -> None:
    """Print the URLs, the accounts with their password, and how other systems use the API."""
    say(
        f"\n  {place.address}/",
        *(f"  http://{name}:{options.port}/" for name in list_hosts(options.host)),
    )
    say(f"\nSign in at {place.address}/accounts/login/ with the password {PASSWORD}")
    for person in PEOPLE:
        say(f"  {person.username:<8}{person.role}")
    say("  A resident needs no account: report something, and keep its page open.")
    for line in describe_api_access(place.address, find_open_request(address(options))):
        say(line)
    say(f"\nCommands: ./run manage --data-dir {place.folder} help")
    say(f"Data and logs are in {place.folder}. Ctrl-C ends the demo and keeps them.")


def find_open_request(where) -> str:
    """Return the reference of an open public request, or an empty string."""
    address = f"{where}/open311/v2/requests.json?status=open&page_size=1"
    with urllib.request.urlopen(address, timeout=60) as answer:  # nosec B310 # its own address
        found = json.load(answer)
    return found[0]["service_request_id"] if found else ""


def describe_api_access(where, reference) -> Iterator[str]:
    """Yield lines about the API; with a reference, also a command that can be pasted."""
    yield f"\nOther systems use {where}/open311/discovery.json (docs/howto/open311.md)"
    yield f"  The key of “{APP_NAME}” is {APP_KEY}"
    if reference:
        yield f"  Open {where}/requests/{reference}/ and send an update to it:"
        yield (
            f"  curl {where}/open311/v2/servicerequestupdates.json -d api_key={APP_KEY}"
            f" -d service_request_id={reference} -d description='I saw it too.'"
        )


if __name__ == "__main__":
    main()
