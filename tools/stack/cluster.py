"""PostgreSQL as in production: three nodes with etcd and Patroni, and HAProxy to the leader.

The configuration files are those of deploy/patroni and deploy/haproxy. Each node has an address of
its own, on which its programs use their usual ports.
"""

import contextlib
import hashlib
import http.client
import json
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

import psutil
import psycopg
from psycopg import errors

from tools.embedded import Child, ServiceFailed, await_that, folders
from tools.embedded.postgres import DATABASE, USER, programs
from tools.stack import ports

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
NODES = ("postgres1", "postgres2", "postgres3")
ETCDS = ("etcd1", "etcd2", "etcd3")
POSTGRES, REST, ETCD, ETCD_PEERS = 5432, 8008, 2379, 2380
_ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}


@dataclass(frozen=True)
class Machine:
    """An address, and a context manager in which the programs of the machine are started."""

    address: str
    enter_network: Callable[[], AbstractContextManager] = nullcontext


def loopback_machines(folder: Path) -> list[Machine]:
    """Return three loopback addresses; the same folder always has the same ones.

    etcd stores the addresses of its members with its data.
    """
    first, second = hashlib.sha256(str(folder).encode()).digest()[:2]
    return [Machine(f"127.{first % 200 + 20}.{second}.{n}") for n in range(1, len(NODES) + 1)]


@dataclass
class Node:
    """A node: etcd in a folder beside `folder`, and Patroni with PostgreSQL in `folder`.

    `bin_folder` has PostgreSQL's programs; a change takes effect at the next start.
    """

    name: str
    etcd: str
    machine: Machine
    folder: Path
    programs: dict[str, str]
    bin_folder: Path
    account: dict | None = field(default_factory=folders.account)

    @property
    def address(self) -> str:
        return self.machine.address

    def launch_etcd(self, cluster: str, log: Path) -> Child:
        """Start etcd; `cluster` has the names and the peer addresses of all three members."""
        folder = self._make_folder(self.folder.with_name(self.etcd))
        clients, peers = (f"http://{self.address}:{port}" for port in (ETCD, ETCD_PEERS))
        command = [
            self.programs["etcd"], "--name", self.etcd, "--data-dir", folder / "data",
            "--listen-client-urls", clients, "--advertise-client-urls", clients,
            "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers,
            "--initial-cluster", cluster, "--log-level", "error",
        ]  # fmt: skip
        # SIGKILL is safe, as etcd writes each change before it answers. On SIGTERM it would wait
        # for others.
        return self._start(self.etcd, command, folder, log, stop_signal=signal.SIGKILL)

    def launch(self, values: dict[str, str], log: Path) -> Child:
        """Start Patroni, which starts PostgreSQL; `values` fill in deploy/patroni/patroni.yml.

        tini waits for orphaned processes of PostgreSQL, which Patroni leaves to the init process.
        """
        run = folders.socket_folder(self.folder)
        for folder in (self.folder, run):
            self._make_folder(folder)
        values = values | {
            "NODE": self.name,
            "ADDRESS": self.address,
            "DATA": str(self.folder / "cluster"),
            "PROGRAMS": str(self.bin_folder),
            "RUN": str(run),
        }
        config = self.folder / "patroni.yml"
        config.write_text(fill_template("patroni/patroni.yml", values))
        command = [self.programs["tini"], "-s", "--", self.programs["patroni"], config]
        return self._start(self.name, command, self.folder, log)

    def has_state(self, state: str) -> bool:
        """Return True if Patroni answers 200 at /`state`: health, primary, replica and others."""
        try:
            return self._ask("GET", f"/{state}")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def fetch(self, path: str) -> dict[str, Any]:
        """Return a JSON response of Patroni; raise OSError without one."""
        return json.loads(self._ask("GET", path)[1])

    def send(self, method: str, path: str, values: dict[str, Any]) -> None:
        """Send JSON to Patroni; raise ServiceFailed with its message if it refuses."""
        status, words = self._ask(method, path, json.dumps(values), seconds=60)
        if status >= 300:
            raise ServiceFailed(f"{self.name}: {words.decode()}")

    def postmaster(self) -> psutil.Process:
        """Return the main process of PostgreSQL; raise OSError or NoSuchProcess without one."""
        first_line = (self.folder / "cluster" / "postmaster.pid").read_text().split("\n", 1)[0]
        return psutil.Process(int(first_line))

    def _ask(self, method, path, body=None, seconds=2) -> tuple[int, bytes]:
        line = http.client.HTTPConnection(self.address, REST, timeout=seconds)
        with contextlib.closing(line):
            line.request(method, path, body)
            answer = line.getresponse()
            return answer.status, answer.read()

    def _make_folder(self, folder: Path) -> Path:
        folders.make(folder.parent)
        folders.make_private(folder, self.account)
        return folder

    def _start(self, name, command, folder, log, **how) -> Child:
        with self.machine.enter_network():
            return Child(
                name, command, log=log, goes_on=True, account=self.account, cwd=folder,
                env=_ENVIRONMENT | {"HOME": str(folder)}, **how,
            )  # fmt: skip


@dataclass
class Cluster:
    """The three nodes, one of which Patroni makes the leader."""

    nodes: dict[str, Node]
    passwords: dict[str, str]
    network: str

    def launch_etcd(self, node: Node, log: Path) -> Child:
        members = (f"{n.etcd}=http://{n.address}:{ETCD_PEERS}" for n in self.nodes.values())
        return node.launch_etcd(",".join(members), log)

    def launch(self, node: Node, log: Path) -> Child:
        etcds = (f"{each.address}:{ETCD}" for each in self.nodes.values())
        values = {
            "ETCD": ",".join(etcds), "NETWORK": self.network, "SUPERUSER": USER,
            "SUPERUSER_PASSWORD": self.passwords["POSTGRES_PASSWORD"],
            "REPLICATION_PASSWORD": self.passwords["REPLICATION_PASSWORD"],
            "WATCHDOG": "off",  # the watchdog would restart this machine
        }  # fmt: skip
        return node.launch(values, log)

    def find_leader(self) -> Node | None:
        """Return the node whose Patroni is the leader."""
        return next((node for node in self.nodes.values() if node.has_state("primary")), None)

    @property
    def leader(self) -> Node:
        """Return the leader; raise ServiceFailed without one."""
        if node := self.find_leader():
            return node
        raise ServiceFailed("No node of PostgreSQL is the leader.")

    @property
    def standbys(self) -> list[Node]:
        """Return the nodes that are not the leader; raise ServiceFailed without a leader."""
        leader = self.leader
        return [node for node in self.nodes.values() if node is not leader]

    def await_leader(self, seconds=60) -> None:
        await_that(self.find_leader, seconds, "No node of PostgreSQL became the leader.")

    def await_standbys(self, seconds=90) -> None:
        """Wait until both standbys stream; raise ServiceFailed after `seconds`."""
        every = len(NODES) - 1
        problem = "Not every standby follows the leader."
        await_that(lambda: self.count_standbys() == every, seconds, problem)

    def count_standbys(self) -> int:
        """Return the number of standbys that stream and may confirm commits."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            if leader := self.find_leader():
                members = leader.fetch("/cluster")["members"]
                return sum(
                    each["role"] == "quorum_standby" and each["state"] == "streaming"
                    for each in members
                )
        return 0

    def switch_over(self, name: str) -> None:
        """Make the standby `name` the leader, as `patronictl switchover` does."""
        leader = self.leader
        leader.send("POST", "/switchover", {"leader": leader.name, "candidate": name})

    def change_settings(self, **settings) -> None:
        """Change settings of the cluster, as `patronictl edit-config` does."""
        node = next(node for node in self.nodes.values() if node.has_state("liveness"))
        node.send("PATCH", "/config", settings)

    def create_database(self, url: str, seconds=60) -> None:
        """Create the application's database once HAProxy reaches the leader, unless it exists."""
        problem = "HAProxy does not lead to PostgreSQL."
        await_that(lambda: _has_created_database(url), seconds, problem)


def _has_created_database(url: str) -> bool:
    """Create the application's database, unless it exists; return False if a retry is needed.

    HAProxy closes a connection to a node that becomes the leader, while its statement may continue.
    """
    known = "SELECT 1 FROM pg_database WHERE datname = %s"
    transient = (psycopg.OperationalError, errors.ReadOnlySqlTransaction, errors.UniqueViolation)
    with contextlib.suppress(*transient):
        with psycopg.connect(url, dbname="postgres", autocommit=True) as connection:
            if not connection.execute(known, [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")
        return True
    return False


def build_cluster(folder: Path, machines: list[Machine], found: dict, passwords: dict) -> Cluster:
    """Return the cluster with the data of its nodes below `folder`."""
    nodes = {
        name: Node(name, etcd, machine, folder / name, found, programs())
        for name, etcd, machine in zip(NODES, ETCDS, machines, strict=True)
    }
    first = machines[0].address.partition(".")[0]
    return Cluster(
        nodes, passwords, f"{first}.0.0.0/8"
    )  # a connection on the loopback comes from 127.0.0.1


def fill_template(name: str, values: dict[str, str]) -> str:
    """Return the file `name` of deploy/ without its first comment, filled in with `values`."""
    lines = (DEPLOY / name).read_text().splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith("#"))
    return Template(text).substitute(values)


@dataclass
class LeaderProxy:
    """HAProxy, which forwards connections to the leader."""

    program: str
    folder: Path
    port: int
    cluster: Cluster
    log: Path
    account: dict | None = field(default_factory=folders.account)

    def launch(self) -> Child:
        folders.make_private(self.folder, self.account)
        values = {"LISTEN": f"127.0.0.1:{self.port}"}
        values |= {name.upper(): node.address for name, node in self.cluster.nodes.items()}
        config = self.folder / "haproxy.cfg"
        config.write_text(fill_template("haproxy/haproxy.cfg", values))
        return Child(
            "HAProxy", [self.program, "-db", "-f", config], log=self.log, goes_on=True,
            account=self.account, cwd=self.folder,
        )  # fmt: skip

    def answers(self) -> bool:
        return ports.answers(self.port)
