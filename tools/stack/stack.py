"""The stack itself: who is started when, and what happens when the primary falls."""

import re
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial

from tools.embedded import ServiceFailed, Valkey
from tools.embedded.managed import Managed
from tools.stack import database, objects, ports, proxy
from tools.stack.application import WORKERS, Application
from tools.stack.place import Place, find_programs, refuse_unreadable_name
from tools.stack.pooler import Pooler
from tools.stack.service import Service

VALKEY = ["--maxmemory", "256mb", "--maxmemory-policy", "volatile-lru"]
WEBS = ("web1", "web2")


class Stack(Managed):
    """Everything on `folder`; the package's own words say how it is used.

    Only one runs on a folder at a time. `start` brings an empty folder to a city without requests,
    and a used one to where it was.
    """

    def __init__(self, folder, *, port=None, between=None, environment=None) -> None:
        refuse_unreadable_name(folder)
        programs = find_programs()
        self._place = place = Place(folder, port, between, environment)
        self.folder, self.url = place.folder, place.url
        self.addresses, self.environment, self.log = place.addresses, place.environment, place.log
        self.servers = database.three(
            self.folder / "postgres", place.ports, place.secrets["POSTGRES_PASSWORD"]
        )
        # Past whatever stands in between, for who may do everything there.
        self.keeper_url = place.valkey_url("keeper", self.addresses["valkey"])
        self._valkey = Valkey(
            self.folder / "valkey",
            port=place.ports["valkey"],
            options=VALKEY,
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
            proxy.values(
                place.ports["nginx"],
                [place.ports[name] for name in WEBS],
                self.environment["STATIC_ROOT"],
                self.folder / "nginx" / "access.log",
                place.ports["nginx_lines"],
            ),
            log=self.log("nginx"),
        )
        self._application = Application(self.environment, self.log)
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="starter")
        self.services = self._make_services()

    def manage(self, *arguments) -> str:
        """Run manage.py and return what it printed; raise ServiceFailed if it fails."""
        return self._application.run("manage.py", *arguments)

    def start(self, say=lambda text: None) -> None:
        """Start everything in the order of dependencies; `say` receives the progress."""
        began = time.monotonic()

        def say_time(text) -> None:
            say(f"{text}: {time.monotonic() - began:.1f} s")

        self._place.hold()
        for service in self._those(self.primary.name, "valkey", "s3", "smtp", "pooler"):
            service.begin()
        self.services["s3"].await_ready()
        say_time("PostgreSQL, Valkey, S3, pooler, mails")
        with ThreadPoolExecutor(max_workers=1) as aside:
            prepared = aside.submit(self._prepare)
            self._start_standbys()
            prepared.result()
        self.primary.settle(synchronous_standby_names=database.SYNCHRONOUS)
        say_time("Two standbys, tables, the city, the pages' files")
        rest = self._those("pooler", "smtp", *WEBS, *WORKERS, "beat", "nginx_figures", "nginx")
        for service in rest:
            service.begin()
        for service in rest:
            service.await_ready()
        say_time("Ready")

    def stop(self) -> None:
        """Stop everything, dependent services first; each finishes its work."""
        standbys = [name for name in self.servers if name != self.primary.name]
        order = [
            ["nginx"],
            ["nginx_figures"],
            [*WEBS, "beat", *WORKERS],
            ["smtp", "s3", "valkey", "pooler"],
            [self.primary.name],  # before the standbys, so that they have all that it wrote
            standbys,
        ]
        with ExitStack() as ending:  # one that fails to end keeps no other from it
            ending.callback(self._place.release)
            for names in reversed(order):
                ending.callback(_stop_together, self._those(*names))

    @property
    def primary(self):
        return next(server for server in self.servers.values() if server.follows is None)

    @property
    def primary_url(self) -> str:
        """The address of the primary's database, past the pooler and whatever stands in between."""
        host, port = self.addresses[self.primary.name]
        return re.sub(r"@[^/]+/", f"@{host}:{port}/", self.environment["DATABASE_URL"])

    def promote(self, name) -> None:
        """Make a standby the primary, and connect the pooler to it.

        The old primary is killed first if it still runs: two of them would each promise things that
        the other does not know. Of the standbys the named one first gets what the other has more,
        for what was acknowledged is on one of the two.
        """
        new, old = self.servers[name], self.primary
        if new is old:
            return
        self.services[old.name].kill()
        others = [each for each in self.servers.values() if each not in (new, old)]
        alive = [each for each in others if self.services[each.name].alive]
        for other in alive:
            new.catch_up_with(other)
        new.promote()
        for each in [old, *others]:
            each.follows = new
        for other in alive:
            other.follow(new)
        self._pooler.lead_to(*self.addresses[name])
        if self.services["pooler"].alive:
            self._pooler.read_again(self.services["pooler"].child)

    def _start_standbys(self) -> None:
        standbys = [each for each in self.servers.values() if each is not self.primary]
        for standby in standbys:
            self.services[standby.name].begin()
        self.primary.await_followers(*standbys)

    def _prepare(self) -> None:
        more = self._place.to_set_up(self.primary.name)
        try:
            self._application.run("-m", "tools.stack.prepare", **more)
        except ServiceFailed as error:  # often because one that it needs has ended meanwhile
            begun = [each.child for each in self.services.values() if each.child]
            ended = [child for child in begun if child.exit_code is not None]
            words = [f"{child.name} has ended.\n{child.last_words()}" for child in ended]
            raise ServiceFailed("\n".join([str(error), *words])) from error

    def _make_services(self) -> dict[str, Service]:
        of = partial(Service, starter=self._starter)
        app, taken = self._application, self._place.ports
        found = {name: of(server.start) for name, server in self.servers.items()}
        found["pooler"] = of(self._launch_pooler, self._listens("pooler"))
        found["valkey"] = of(self._valkey.start)
        # Its volumes are closed after two seconds; then it waits for connections of its own.
        found["s3"] = of(self._objects.launch, self._objects.answers, patience=6)
        if not self._place.has_mail_server():
            mails = partial(app.mails, taken["smtp"], self.folder / "mails")
            found["smtp"] = of(mails, self._listens("smtp"))
        for name in WORKERS:
            is_ready = partial(app.has_said, name, b" ready.")
            found[name] = of(partial(app.worker, name), is_ready, patience=35)
        found["beat"] = of(app.beat, partial(app.has_said, "beat", b"beat: Starting"))
        for name in WEBS:
            web = partial(app.web, name, taken[name])
            found[name] = of(web, partial(self._is_live, name), patience=35)
        told = taken["nginx_lines"], taken["nginx_figures"], f"{self.url}/healthz/proxy"
        figures = partial(app.nginx_figures, *told)
        found["nginx_figures"] = of(figures, self._listens("nginx_figures"))
        found["nginx"] = of(self._proxy.launch, partial(self._is_live, "nginx"))
        return found

    def _listens(self, name) -> partial:
        return partial(ports.answers, self._place.ports[name])

    def _is_live(self, name) -> bool:
        address = "http://{}:{}/healthz/live".format(*self.addresses[name])
        try:
            with urllib.request.urlopen(address, timeout=3) as answer:  # nosec B310 # its own address
                return answer.status == 200
        except OSError:
            return False

    def _launch_pooler(self):
        """To the primary, or before a promotion to what stands in between."""
        name = self.primary.name
        where = self._place.seen if name == "postgres" else self.addresses
        self._pooler.lead_to(*where[name])
        return self._pooler.launch()

    def _those(self, *names) -> list[Service]:
        return [self.services[name] for name in names if name in self.services]


def _stop_together(services) -> None:
    with ThreadPoolExecutor(max_workers=len(services)) as together:
        list(together.map(Service.stop, services))  # raises what one of them raised
