"""The stack: its services, and their order at start and stop."""

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial

from tools.embedded import ServiceFailed, Valkey
from tools.embedded.managed import Managed
from tools.stack import cluster, objects, ports, proxy
from tools.stack.application import WORKERS, Application
from tools.stack.place import Place, find_programs, refuse_unreadable_name
from tools.stack.pooler import Pooler
from tools.stack.service import Service

VALKEY = ["--maxmemory", "256mb", "--maxmemory-policy", "volatile-lru"]
WEBS = ("web1", "web2")
BEATS = ("beat1", "beat2")


class Stack(Managed):
    """The stack on `folder`; the package's docstring describes its use.

    Only one stack runs on a folder at a time. On an empty folder, `start` creates a city without
    requests; otherwise it restores the previous state.
    """

    def __init__(self, folder, *, port=None, between=None, environment=None, machines=None) -> None:
        refuse_unreadable_name(folder)
        programs = find_programs()
        self._place = place = Place(folder, port, between, environment, machines)
        self.folder, self.url = place.folder, place.url
        self.addresses, self.environment, self.log = place.addresses, place.environment, place.log
        self.cluster = cluster.build_cluster(
            self.folder / "postgres", place.machines, programs, place.secrets
        )
        self.leader_url = place.leader_url
        # Connect to Valkey directly, not via a proxy, as the user with full access.
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
        self._leader_proxy = cluster.LeaderProxy(
            programs["haproxy"],
            self.folder / "haproxy",
            place.ports["haproxy"],
            self.cluster,
            log=self.log("haproxy"),
        )
        self._pooler = Pooler(
            programs["pgbouncer"],
            self.folder / "pooler",
            place.ports["pooler"],
            place.seen["haproxy"],
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
        """Start everything in the order of dependencies; `say` is called with the progress."""
        began = time.monotonic()

        def say_time(text) -> None:
            say(f"{text}: {time.monotonic() - began:.1f} s")

        self._place.hold()
        first = (*cluster.ETCDS, *cluster.NODES, "haproxy", "valkey", "s3", "smtp", "pooler")
        for service in self._those(*first):
            service.begin()
        with self._named_endings():
            self.cluster.await_leader()
            self.cluster.create_database(self.leader_url)
            self.services["s3"].await_ready()
            say_time("etcd, PostgreSQL, HAProxy, Valkey, S3, pooler, mails")
            self._application.run("-m", "tools.stack.prepare", **self._place.to_set_up())
        say_time("Tables, the city, the pages' files")
        rest = self._those("pooler", "smtp", *WEBS, *WORKERS, *BEATS, "nginx_figures", "nginx")
        for service in rest:
            service.begin()
        for service in rest:
            service.await_ready()
        self.cluster.await_standbys()
        say_time("Ready")

    def stop(self) -> None:
        """Stop everything, dependent services first; each finishes its work."""
        leader = self.cluster.find_leader()
        standbys = [name for name in cluster.NODES if not leader or name != leader.name]
        order = [
            ["nginx"],
            ["nginx_figures"],
            [*WEBS, *BEATS, *WORKERS],
            ["smtp", "s3", "valkey", "pooler", "haproxy"],
            standbys,  # before the leader, because they would elect another one
            [*cluster.NODES],
            [*cluster.ETCDS],
        ]
        with ExitStack() as ending:  # a service that does not end must not keep others from ending
            ending.callback(self._place.release)
            for names in reversed(order):
                ending.callback(_stop_together, self._those(*names))

    @contextmanager
    def _named_endings(self) -> Iterator[None]:
        """Add the names of ended services, often the cause, to a ServiceFailed of the block."""
        try:
            yield
        except ServiceFailed as error:
            begun = [each.child for each in self.services.values() if each.child]
            ended = [child for child in begun if child.exit_code is not None]
            words = [f"{child.name} has ended.\n{child.last_words()}" for child in ended]
            raise ServiceFailed("\n".join([str(error), *words])) from error

    def _make_services(self) -> dict[str, Service]:
        of = partial(Service, starter=self._starter)
        app, taken = self._application, self._place.ports
        found = {}
        for node in self.cluster.nodes.values():
            launch = partial(self.cluster.launch_etcd, node, self.log(node.etcd))
            found[node.etcd] = of(launch, partial(ports.answers, cluster.ETCD, node.address))
        for node in self.cluster.nodes.values():
            launch = partial(self.cluster.launch, node, self.log(node.name))
            found[node.name] = of(launch, partial(node.has_state, "health"), patience=60)
        found["haproxy"] = of(self._leader_proxy.launch, self._listens("haproxy"))
        found["pooler"] = of(self._pooler.launch, self._listens("pooler"))
        found["valkey"] = of(self._valkey.start)
        # It closes its volumes after two seconds, and then waits for its own connections.
        found["s3"] = of(self._objects.launch, self._objects.answers, patience=6)
        if not self._place.has_mail_server():
            mails = partial(app.mails, taken["smtp"], self.folder / "mails")
            found["smtp"] = of(mails, self._listens("smtp"))
        for name in WORKERS:
            is_ready = partial(app.has_said, name, b" ready.")
            found[name] = of(partial(app.worker, name), is_ready, patience=35)
        for name in BEATS:
            found[name] = of(
                partial(app.beat, name), partial(app.has_said, name, b"beat: Starting")
            )
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

    def _those(self, *names) -> list[Service]:
        return [self.services[name] for name in names if name in self.services]


def _stop_together(services) -> None:
    with ThreadPoolExecutor(max_workers=len(services)) as together:
        list(together.map(Service.stop, services))  # raises the first exception of a service
