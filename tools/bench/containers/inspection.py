"""Checks of running containers, with the data of the engine and the kernel.

The functions take plain values, so that tests can show with small examples that each of them can
fail (`tests/tools/containers/test_inspection.py`).
"""

import re
from dataclasses import dataclass

from tools.bench.faults.checks import Check, none_of

# linux/capability.h: the bits of the capabilities that docker-compose.yml adds.
CAPABILITIES = {"CHOWN": 0, "DAC_OVERRIDE": 1, "FOWNER": 3, "SETGID": 6, "SETUID": 7}
FRONT = "nginx"  # the only service that may be reachable from outside
LOOPBACK = ("127.0.0.1", "::1")


@dataclass(frozen=True)
class Seen:
    """The data about one running container.

    `inspected` is the engine's JSON, `status` the text of /proc/1/status, `users` the user ids of
    the processes, and `refusal` the error message of an attempt to write to the root folder as
    root.
    """

    name: str
    inspected: dict
    status: str
    users: list
    refusal: str

    @property
    def host(self):
        return self.inspected["HostConfig"]

    @property
    def service(self):
        return self.inspected["Config"]["Labels"]["com.docker.compose.service"]


def check_all(seen, services) -> list[Check]:
    """Return all checks; `services` maps names to the services of docker-compose.yml."""
    return [
        read_only_roots(seen),
        no_root(seen),
        dropped_capabilities(seen, services),
        no_new_privileges(seen),
        published(seen),
    ]


def read_only_roots(seen) -> Check:
    wrong = [
        each.name for each in seen
        if not each.host["ReadonlyRootfs"] or "Read-only file system" not in each.refusal
    ]  # fmt: skip
    return none_of("roots that can be written", wrong, len(seen))


def no_root(seen) -> Check:
    wrong = [each.name for each in seen if not each.users or 0 in each.users]
    return none_of("containers with a process of root's", wrong, len(seen))


def dropped_capabilities(seen, services) -> Check:
    """Check the kernel's bounding set of the first process, which limits all its children."""
    wrong = []
    for each in seen:
        wanted = services[each.service].get("cap_add", [])
        mask = sum(1 << CAPABILITIES[name] for name in wanted)
        if _field(each.status, "CapBnd", 16) != mask or _field(each.status, "CapEff", 16):
            wrong.append(f"{each.name} {_field(each.status, 'CapBnd', 16):x}")
    return none_of("containers with more capabilities than the file says", wrong, len(seen))


def no_new_privileges(seen) -> Check:
    wrong = [each.name for each in seen if _field(each.status, "NoNewPrivs", 10) != 1]
    return none_of("containers that could gain privileges", wrong, len(seen))


def published(seen) -> Check:
    """Check that only nginx is reachable from outside this machine.

    No container may use the host's network or be privileged.
    """
    wrong = []
    for each in seen:
        if each.host["NetworkMode"] == "host" or each.host["Privileged"]:
            wrong.append(each.name)
        for port, places in (each.inspected["NetworkSettings"]["Ports"] or {}).items():
            outside = [p["HostIp"] for p in places or [] if p["HostIp"] not in LOOPBACK]
            if outside and each.service != FRONT:
                wrong.append(f"{each.name} {port}")
    return none_of("containers that listen outside", wrong, len(seen))


def listeners(before, after, allowed) -> Check:
    """Check that no listening socket is new, except on loopback or in `allowed`."""
    wrong = [
        f"{address}:{port}" for address, port in sorted(after - before)
        if address not in LOOPBACK and (address, port) not in allowed
    ]  # fmt: skip
    return none_of("sockets of this machine open to others", wrong)


def labels(found, revision) -> Check:
    """Check that the image has all OCI labels and the right revision."""
    wanted = ("title", "description", "licenses", "version", "revision", "created")
    prefix = "org.opencontainers.image."
    missing = [name for name in wanted if found.get(prefix + name, "unknown") in {"", "unknown"}]
    if found.get(prefix + "revision") != revision:
        missing.append(f"revision is {found.get(prefix + 'revision')}")
    return none_of("labels missing", missing, len(wanted))


def _field(status, name, base) -> int:
    [value] = re.findall(rf"^{name}:\s*(\w+)$", status, re.MULTILINE)
    return int(value, base)
