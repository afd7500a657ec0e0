"""A test machine: a Debian root file system with systemd, an IP address and SSH."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tools.bench.waiting import wait_for
from tools.embedded import ServiceFailed

BRIDGE = "santa311-lan"
GATEWAY = "198.51.100.1"  # from a range that RFC 5737 reserves for documentation
PREFIX = 24
NETWORK = f"198.51.100.0/{PREFIX}"
_RULES = [
    ["-t", "nat", "POSTROUTING", "-s", NETWORK, "!", "-d", NETWORK, "-j", "MASQUERADE"],
    ["-t", "filter", "FORWARD", "-i", BRIDGE, "-j", "ACCEPT"],
    ["-t", "filter", "FORWARD", "-o", BRIDGE, "-j", "ACCEPT"],
]
_CGROUPS = Path("/sys/fs/cgroup/unified")  # if cgroups v1 and v2 are both mounted


def run(*command, **more) -> subprocess.CompletedProcess:
    """Run a program; raise ServiceFailed with its output if it fails."""
    words = [str(each) for each in command]
    done = subprocess.run(words, capture_output=True, text=True, check=False, **more)
    if done.returncode:
        said = f"{done.stdout}{done.stderr}".strip()[-2000:]
        raise ServiceFailed(f"{' '.join(words)} ended with {done.returncode}.\n{said}")
    return done


def open_network() -> None:
    """Create the machines' network, with access to package servers."""
    close_network()
    if known := run("ip", "-4", "route", "show", "root", NETWORK).stdout:
        raise ServiceFailed(f"This machine already has a network {NETWORK}: {known}")
    run("ip", "link", "add", BRIDGE, "type", "bridge")
    run("ip", "address", "add", f"{GATEWAY}/{PREFIX}", "dev", BRIDGE)
    run("ip", "link", "set", BRIDGE, "up")
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
    for option, table, chain, *rule in _RULES:
        run("iptables", option, table, "-I", chain, *rule)


def close_network() -> None:
    """Remove the network that open_network created, also one of an earlier run."""
    for option, table, chain, *rule in _RULES:
        subprocess.run(
            ["iptables", option, table, "-D", chain, *rule], stderr=subprocess.DEVNULL, check=False
        )
    subprocess.run(["ip", "link", "delete", BRIDGE], stderr=subprocess.DEVNULL, check=False)


@dataclass
class Machine:
    """A machine with its files in `folder`, over those of `base`; `binds` are host:machine."""

    name: str
    address: str
    folder: Path
    base: Path
    key: Path
    binds: list[str] = field(default_factory=list)
    _process: subprocess.Popen | None = None

    @property
    def root(self) -> Path:
        return self.folder / "root"

    @property
    def _cgroup(self) -> Path:
        return _CGROUPS / f"santa311-{self.name}"

    def start(self) -> None:
        """Boot the machine; return when it accepts SSH connections."""
        for each in ("upper", "work", "root"):
            (self.folder / each).mkdir(parents=True, exist_ok=True)
        if not self.root.is_mount():
            layers = f"lowerdir={self.base},upperdir={self.folder}/upper,workdir={self.folder}/work"
            run("mount", "-t", "overlay", "overlay", "-o", layers, self.root)
        # left by a machine that was killed
        for left in Path("/run/systemd/nspawn").glob(f"*/{self.name}"):
            subprocess.run(["umount", "--lazy", str(left)], stderr=subprocess.DEVNULL, check=False)
            left.rmdir()
        self._describe()
        self._make_cgroup()
        command = [
            "systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit",
            f"--machine={self.name}", f"--directory={self.root}", f"--network-bridge={BRIDGE}",
            "--resolv-conf=bind-host", "--link-journal=no", "--console=pipe",
            *(f"--bind={each}" for each in self.binds),
        ]  # fmt: skip
        script = f'echo $$ >{self._cgroup}/cgroup.procs; exec "$@"'
        with (self.folder / "console").open("ab") as console:
            self._process = subprocess.Popen(
                ["sh", "-c", script, "--", *command], stdin=subprocess.DEVNULL, stdout=console,
                stderr=console, env={**os.environ, "UNIFIED_CGROUP_HIERARCHY": "1"},
                start_new_session=True,
            )  # fmt: skip
        if not wait_for(lambda: self.ask("true").returncode == 0, 90, pause=0.5).found:
            last = (self.folder / "console").read_text(errors="replace")[-3000:]
            raise ServiceFailed(f"{self.name} does not take SSH.\n{last}")

    def ssh(self) -> list[str]:
        """Return the options of SSH: the key, and no known hosts, because addresses are reused."""
        return [
            "-i", str(self.key), "-o", "StrictHostKeyChecking=no",
            "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "ConnectTimeout=3",
        ]  # fmt: skip

    def ask(self, command: str, **more) -> subprocess.CompletedProcess:
        words = ["ssh", *self.ssh(), f"root@{self.address}", command]
        return subprocess.run(words, capture_output=True, text=True, check=False, **more)

    def run(self, command: str, **more) -> str:
        """Run a command on the machine; return its output, or raise ServiceFailed."""
        return run("ssh", *self.ssh(), f"root@{self.address}", command, **more).stdout

    def has_city(self) -> bool:
        return self.ask("test -e /opt/santa311").returncode == 0

    def kill(self) -> None:
        """Kill all processes of the machine at once, like a power failure."""
        killer = self._cgroup / "payload" / "cgroup.kill"
        if killer.exists():
            killer.write_text("1")
        if self._process:
            self._process.wait(30)
        self._process = None

    def remove(self) -> None:
        """Kill the machine and delete its files, so that an empty machine can replace it."""
        self.kill()
        if self.root.is_mount():
            run("umount", "--lazy", self.root)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_cgroup(self) -> None:
        """Create a new cgroup: in one that was killed, the kernel kills new processes."""
        for each in sorted(self._cgroup.rglob("*/"), reverse=True):
            each.rmdir()
        if self._cgroup.exists():
            self._cgroup.rmdir()
        self._cgroup.mkdir()

    def _describe(self) -> None:
        """Write the host name and the address, as an installer does."""
        (self.root / "etc/hostname").write_text(f"{self.name}\n")
        (self.root / "etc/hosts").write_text(f"127.0.0.1 localhost\n127.0.1.1 {self.name}\n")
        (self.root / "etc/systemd/network/10-host0.network").write_text(
            f"[Match]\nName=host0\n[Network]\nAddress={self.address}/{PREFIX}\nGateway={GATEWAY}\n"
        )
