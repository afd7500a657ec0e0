"""Tests that each check of ./run containers fails for the defect that it looks for."""

import copy

import pytest

from tools.bench.containers import images, inspection
from tools.bench.containers.engine import EngineFailed
from tools.bench.containers.inspection import Seen

SERVICES = {"web": {}, "postgres": {"cap_add": ["CHOWN", "SETUID"]}, "nginx": {}}
SEALED = "Name:\tgranian\nCapEff:\t0000000000000000\nCapBnd:\t{:016x}\nNoNewPrivs:\t1\n"
REFUSED = "sh: 1: cannot create /written: Read-only file system"
INSPECTED = {
    "HostConfig": {"ReadonlyRootfs": True, "NetworkMode": "one_default", "Privileged": False},
    "NetworkSettings": {"Ports": {"8000/tcp": None}},
}


def seen(service="web", *, bound=0, status=None, users=(10001,), refusal=REFUSED, **host):
    """Return an inspected container that passes all checks, unless an argument changes it."""
    inspected = copy.deepcopy(INSPECTED)
    inspected["Config"] = {"Labels": {"com.docker.compose.service": service}}
    inspected["HostConfig"] |= host
    status = status or SEALED.format(bound)
    return Seen(f"one-{service}-1", inspected, status, list(users), refusal)


def publishing(service, address):
    """Return a container that publishes port 80 at this address of the host."""
    found = seen(service)
    found.inspected["NetworkSettings"]["Ports"] = {"80/tcp": [{"HostIp": address}]}
    return found


def all_of(*containers):
    """Return whether each check passes, by the name of the check."""
    return {check.name: check.ok for check in inspection.check_all(containers, SERVICES)}


def test_containers_as_the_file_means_them_are_fine():
    fine = [seen(), seen("postgres", bound=0b10000001), publishing("nginx", "0.0.0.0")]
    assert set(all_of(*fine, publishing("web", "127.0.0.1")).values()) == {True}


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (seen(ReadonlyRootfs=False), "roots that can be written"),
        (seen(refusal=""), "roots that can be written"),
        (seen(users=[10001, 0]), "containers with a process of root's"),
        (seen(users=[]), "containers with a process of root's"),
        (seen(bound=1), "containers with more capabilities than the file says"),
        (seen("postgres", bound=0xFF), "containers with more capabilities than the file says"),
        (
            seen(status="CapEff:\t1\nCapBnd:\t0\nNoNewPrivs:\t1\n"),
            "containers with more capabilities than the file says",
        ),
        (
            seen(status="CapEff:\t0\nCapBnd:\t0\nNoNewPrivs:\t0\n"),
            "containers that could gain privileges",
        ),
        (publishing("web", "0.0.0.0"), "containers that listen outside"),
        (publishing("web", ""), "containers that listen outside"),
        (seen(NetworkMode="host"), "containers that listen outside"),
        (seen(Privileged=True), "containers that listen outside"),
    ],
)
def test_a_container_that_may_more_than_it_should_is_found(wrong, name):
    found = all_of(seen(), wrong)
    assert [each for each, ok in found.items() if not ok] == [name]


def test_a_socket_that_is_open_to_others_is_found():
    before = {("0.0.0.0", 22)}
    after = before | {("127.0.0.1", 8000), ("172.17.0.1", 25)}
    assert inspection.listeners(before, after, {("172.17.0.1", 25)}).ok
    assert not inspection.listeners(before, after | {("0.0.0.0", 8333)}, set()).ok
    assert not inspection.listeners(before, after, set()).ok


def test_an_image_that_does_not_say_what_it_is_is_found():
    prefix = "org.opencontainers.image."
    names = ["title", "description", "licenses", "version", "revision", "created"]
    whole = {prefix + name: "a1b2" for name in names}
    assert inspection.labels(whole, "a1b2").ok
    assert not inspection.labels(whole, "another").ok
    assert not inspection.labels(whole | {prefix + "created": "unknown"}, "a1b2").ok
    assert not inspection.labels({}, "a1b2").ok


def test_a_change_of_the_code_sends_the_layers_above_the_packages():
    base = [("debian", 160)]
    history = [("LABEL", 0), ("RUN collectstatic", 12), ("COPY . /app", 11),
               ("COPY /venv /venv", 290), ("RUN useradd", 1), *base]  # fmt: skip
    assert images.after_a_code_change(history) == 23
    assert images.on_top(history, base) == 314
    with pytest.raises(EngineFailed):
        images.after_a_code_change(base)
