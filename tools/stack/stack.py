"""The whole stack: the order of starts and stops, and the failover to a standby."""

import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tools.embedded import Child, ServiceFailed, Valkey
from tools.embedded.managed import ManagedService
from tools.stack import database, objects, ports, proxy
from tools.stack.application import WORKER_OPTIONS, Application
from tools.stack.place import Place, find_programs, refuse_unreadable_name
from tools.stack.pooler import Pooler
from tools.stack.service import Service

VALKEY_OPTIONS = ["--maxmemory", "256mb", "--maxmemory-policy", "volatile-lru"]
WEB_NAMES = ("web1", "web2")


class Stack(ManagedService):
    """The whole stack in `folder`; see the package's docstring.

    Only one stack runs in a folder. `start` sets up an empty folder as a city without requests.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        port: int | None = None,
        between: dict[str, tuple[str, int]] | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        refuse_unreadable_name(folder)
        programs = find_programs()
        self._place = place = Place(folder, port, between, environment)
        self.folder, self.url = place.folder, place.url
        self.addresses, self.environment, self.log = place.addresses, place.environment, place.log
        self.servers = database.make_servers(
            self.folder / "postgres", place.ports, place.secrets["POSTGRES_PASSWORD"]
        )
        # Past whatever stands in between, for who may do everything there.
        self.keeper_url = place.valkey_url("keeper", self.addresses["valkey"])
        self._valkey = Valkey(
            self.folder / "valkey",
            port=place.ports["valkey"],
            options=VALKEY_OPTIONS,
            passwords=place.valkey_passwords,
        )
        self._objects = objects.ObjectStore(
            self.folder / "s3", place.ports, place.secrets, log=self.log("s3")
        )
        self._pooler = Pooler(
            programs["pgbouncer"],
            self.folder / "pooler",
            place.ports["pooler"],
            place.secrets["POSTGRES_PASSWORD"],
            log=self.log("pooler"),
        )
        self._proxy = proxy.Proxy(
            programs["nginx"],
            self.folder / "nginx",
            proxy.template_values(
                place.ports["nginx"],
                [place.ports[name] for name in WEB_NAMES],
                self.environment["STATIC_ROOT"],
                self.folder / "nginx" / "access.log",
                place.ports["nginx_lines"],
            ),
            log=self.log("nginx"),
        )
        self._application = Application(self.environment, self.log)
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="starter")
        self.services = self._make_services()

    def manage(self, *arguments: str) -> str:
        """Run manage.py and return its output. Raise ServiceFailed if it fails."""
        return self._application.run_python("manage.py", *arguments)

    def start(self, say: Callable[[str], object] = lambda text: None) -> None:
        """Start everything in the order of dependencies. `say` is called with the progress."""
        began = time.monotonic()

        def say_time(text) -> None:
            say(f"{text}: {time.monotonic() - began:.1f} s")

        self._place.lock()
        for service in self._select_services(self.primary.name, "valkey", "s3", "smtp", "pooler"):
            service.start_without_waiting()
        self.services["s3"].await_ready()
        say_time("PostgreSQL, Valkey, S3, pooler, mails")
        with ThreadPoolExecutor(max_workers=1) as aside:
            prepared = aside.submit(self._prepare)
            self._start_standbys()
            prepared.result()
        self.primary.alter_system(synchronous_standby_names=database.SYNCHRONOUS)
        say_time("Two standbys, tables, the city, the pages' files")
        rest = self._select_services(
            "pooler", "smtp", *WEB_NAMES, *WORKER_OPTIONS, "beat", "nginx_figures", "nginx"
        )
        for service in rest:
            service.start_without_waiting()
        for service in rest:
            service.await_ready()
        say_time("Ready")

    def stop(self) -> None:
        """Stop everything in the reverse order; each service finishes its work."""
        standbys = [name for name in self.servers if name != self.primary.name]
        order = [
            ["nginx"],
            ["nginx_figures"],
            [*WEB_NAMES, "beat", *WORKER_OPTIONS],
            ["smtp", "s3", "valkey", "pooler"],
            [self.primary.name],  # before the standbys, so that they have all that it wrote
            standbys,
        ]
        with ExitStack() as ending:  # one that fails to end keeps no other from it
            ending.callback(self._place.unlock)
            for names in reversed(order):
                ending.callback(_stop_together, self._select_services(*names))

    @property
    def primary(self):
        return next(server for server in self.servers.values() if server.follows is None)

    @property
    def primary_url(self) -> str:
        """Return the URL of the primary's database, without the pooler or a proxy."""
        host, port = self.addresses[self.primary.name]
        return re.sub(r"@[^/]+/", f"@{host}:{port}/", self.environment["DATABASE_URL"])

    def promote(self, name: str) -> None:
        """Make the standby `name` the primary, and point the pooler to it.

        The old primary is killed if it still runs, because two primaries would diverge. The standby
        first replicates what only the other standby has: acknowledged changes are on at least one
        of the two.
        """
        new, old = self.servers[name], self.primary
        if new is old:
            return
        self.services[old.name].kill()
        others = [each for each in self.servers.values() if each not in (new, old)]
        alive = [each for each in others if self.services[each.name].is_alive]
        for other in alive:
            new.replicate_from(other)
        new.promote()
        for each in [old, *others]:
            each.follows = new
        for other in alive:
            other.follow(new)
        self._pooler.set_primary(*self.addresses[name])
        if self.services["pooler"].is_alive:
            self._pooler.reload(self.services["pooler"].child)

    def _start_standbys(self) -> None:
        standbys = [each for each in self.servers.values() if each is not self.primary]
        for standby in standbys:
            self.services[standby.name].start_without_waiting()
        self.primary.await_followers(*standbys)

    def _prepare(self) -> None:
        more = self._place.setup_environment(self.primary.name)
        try:
            self._application.run_python("-m", "tools.stack.prepare", **more)
        except ServiceFailed as error:  # often because one that it needs has ended meanwhile
            begun = [each.child for each in self.services.values() if each.child]
            ended = [child for child in begun if child.exit_code is not None]
            words = [f"{child.name} has ended.\n{child.read_log_tail()}" for child in ended]
            raise ServiceFailed("\n".join([str(error), *words])) from error

    def _make_services(self) -> dict[str, Service]:
        of = partial(Service, starter=self._starter)
        app, taken = self._application, self._place.ports
        found = {name: of(server.start) for name, server in self.servers.items()}
        found["pooler"] = of(self._launch_pooler, self._port_check("pooler"))
        found["valkey"] = of(self._valkey.start)
        # Its volumes are closed after two seconds; then it waits for connections of its own.
        found["s3"] = of(self._objects.launch, self._objects.is_answering, patience=6)
        if not self._place.has_mail_server():
            mails = partial(app.start_mail_server, taken["smtp"], self.folder / "mails")
            found["smtp"] = of(mails, self._port_check("smtp"))
        for name in WORKER_OPTIONS:
            is_ready = partial(app.has_logged, name, b" ready.")
            found[name] = of(partial(app.start_worker, name), is_ready, patience=35)
        found["beat"] = of(app.start_beat, partial(app.has_logged, "beat", b"beat: Starting"))
        for name in WEB_NAMES:
            web = partial(app.start_web, name, taken[name])
            found[name] = of(web, partial(self._is_live, name), patience=35)
        told = taken["nginx_lines"], taken["nginx_figures"], f"{self.url}/healthz/proxy"
        figures = partial(app.start_nginx_figures, *told)
        found["nginx_figures"] = of(figures, self._port_check("nginx_figures"))
        found["nginx"] = of(self._proxy.launch, partial(self._is_live, "nginx"))
        return found

    def _port_check(self, name: str) -> partial:
        return partial(ports.is_listening, self._place.ports[name])

    def _is_live(self, name: str) -> bool:
        address = "http://{}:{}/healthz/live".format(*self.addresses[name])
        try:
            with urllib.request.urlopen(address, timeout=3) as answer:  # nosec B310 # its own address
                return answer.status == 200
        except OSError:
            return False

    def _launch_pooler(self) -> Child:
        """Start the pooler with the current primary, or a proxy in front of it before any
        promotion.
        """
        name = self.primary.name
        where = self._place.seen if name == "postgres" else self.addresses
        self._pooler.set_primary(*where[name])
        return self._pooler.launch()

    def _select_services(self, *names: str) -> list[Service]:
        return [self.services[name] for name in names if name in self.services]


def _stop_together(services: list[Service]) -> None:
    with ThreadPoolExecutor(max_workers=len(services)) as together:
        list(together.map(Service.stop, services))  # raises what one of them raised
