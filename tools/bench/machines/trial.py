"""The steps of the trial, in order."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any

from tools.bench.containers.journey import await_that, walk
from tools.bench.faults import people
from tools.bench.faults.checks import Check, is_so
from tools.bench.faults.sink import Sink
from tools.bench.machines.certificates import Issuer, check_https, read_certificate, sign
from tools.bench.machines.installed_city import LONGEST_WRITE, InstalledCity, Use, check_use
from tools.bench.machines.machine import Machine
from tools.bench.machines.monitoring import ALERTS_TO, check_monitoring
from tools.bench.machines.playbook import Outcome, Playbook
from tools.bench.machines.root import make_key, make_root
from tools.embedded import ServiceFailed

SHARED = "198.51.100.10"
ADDRESSES = {"one": "198.51.100.11", "two": "198.51.100.12", "three": "198.51.100.13"}
NODE_DEATH = 30  # maximum seconds without writes if a machine is lost
# Differences from an operator's settings: one machine begins without https, rate limits are off
# because one browser makes all requests, sign-in uses passwords only, and PostgreSQL is that of the
# wheel, which was built without lz4.
VALUES: dict[str, Any] = {
    "tls": "none", "certbot_email": None, "install_postgresql": False, "alerts_to": ALERTS_TO,
    "postgresql_settings": {"shared_buffers": "128MB", "wal_compression": "pglz"},
}  # fmt: skip
NAME = "311.trial.example"  # the host name of the city on one machine with certbot
SETTINGS = {"REQUIRE_SECOND_FACTOR_FOR": "none", "RATE_LIMITS": "off"}


@dataclass
class Trial:
    """The state of a run: its folder, and the machines and the city of the previous step."""

    folder: Path
    letterbox: Sink
    machines: list[Machine] = field(default_factory=list)
    site: InstalledCity | None = None

    def settle(self, names: list[str]) -> InstalledCity:
        """Boot empty machines, and write an inventory of them for a city at one address.

        Three machines have a shared address, and https with a certificate of the trial's CA.
        """
        self.end()
        for old in ("archive", "clone"):
            shutil.rmtree(self.folder / old, ignore_errors=True)
        base = make_root(self.folder)
        key = make_key(self.folder, base)
        self.machines = [self._make_machine(each, base, key) for each in names]
        for each in self.machines:
            each.start()
        host, port = self.letterbox.address
        settings = SETTINGS | {"EMAIL_URL": f"smtp://{host}:{port}"}
        values = VALUES | {"host_name": self.machines[0].address, "settings": settings}
        at = f"http://{self.machines[0].address}"
        authority: str | bool = True
        if len(names) > 1:
            signed = sign(self.folder, SHARED)
            values |= {
                "shared_address": f"{SHARED}/24", "host_name": SHARED, "tls": "files",
                "certificate": signed.certificate.name,
                "certificate_key": signed.key.name,
            }  # fmt: skip
            at, authority = f"https://{SHARED}", str(signed.authority)
        playbook = Playbook(self.folder, self.machines, values)
        self.site = InstalledCity(playbook, at, self.letterbox, authority)
        return self.site

    def end(self) -> None:
        """Kill all machines and delete their files."""
        while self.machines:
            self.machines.pop().remove()

    def _make_machine(self, name: str, base: Path, key: Path) -> Machine:
        for each in ("archive", "pip"):
            (self.folder / each).mkdir(exist_ok=True)
        binds = [f"{self.folder}/archive:/archive", f"{self.folder}/pip:/root/.cache/pip"]
        # How this machine reaches the package index of Python.
        ours = ["/etc/pip.conf", "/usr/local/share/ca-certificates"]
        binds += [f"{each}:{each}" for each in ours if Path(each).exists()]
        return Machine(name, ADDRESSES[name], self.folder / name, base, key, binds)


@dataclass(frozen=True)
class Step:
    name: str
    done: str
    act: Callable[[Trial], list[Check]]


def refuse(trial: Trial) -> list[Check]:
    """Run the playbook with invalid inventories; it must refuse each before it changes anything."""
    site = trial.settle(["one"])
    playbook, machine = site.playbook, trial.machines[0]
    secrets, settings = (playbook.read()[name] for name in ("secrets", "settings"))
    faults: list[tuple[str, dict[str, Any], str]] = [
        (
            "a shared address for one machine",
            {"shared_address": "198.51.100.10/24"},
            "shared_address",
        ),
        ("a setting that nobody knows", {"settings": settings | {"EMAIL_FORM": "x"}}, "EMAIL_FORM"),
        ("a missing secret", {"secrets": secrets | {"link_secret": ""}}, "link_secret"),
    ]
    found = []
    before = playbook.read()
    for words, changes, named in faults:
        playbook.write(changes)
        found.append(_check_refusal(words, playbook.play(), named))
        playbook.write({"shared_address": None} | before)
    machine.run("sed -i.bak s/13/12/ /etc/debian_version /etc/os-release")
    found.append(_check_refusal("Debian 12", playbook.play(), "Debian"))
    machine.run(
        "for f in debian_version os-release; do cp /etc/$f.bak /etc/$f; rm /etc/$f.bak; done"
    )
    return found


def install_one(trial: Trial) -> list[Check]:
    """Install one machine from scratch, use the city, and run the playbook again."""
    site = trial.site or trial.settle(["one"])
    return [*_install(site), *_back_up(site), *check_monitoring(site)]


def rotate(trial: Trial) -> list[Check]:
    """Change SECRET_KEY in two rounds while a user is signed in."""
    site = _one(trial)
    playbook, agent = site.playbook, site.staff(people.AGENT)
    agent.come_in()
    secrets, settings = (playbook.read()[name] for name in ("secrets", "settings"))
    old, new = secrets["secret_key"], token_hex(24)
    rounds: list[dict[str, Any]] = [
        {"settings": settings | {"SECRET_KEY_FALLBACKS": new}},
        {
            "settings": settings | {"SECRET_KEY_FALLBACKS": old},
            "secrets": secrets | {"secret_key": new},
        },
    ]
    found = []
    for number, changes in enumerate(rounds, start=1):
        playbook.write(changes)
        outcome = playbook.play()
        status = agent.browser.get("/desk/", "desk").status_code
        words = f"{outcome.seconds:.0f} s, the page of who was signed in: {status}"
        found.append(is_so(f"round {number}", words, outcome.is_good and status == 200))
    return found


def get_certificate(trial: Trial) -> list[Check]:
    """Get a certificate with certbot from the trial's ACME server, and renew it."""
    site = _one(trial)
    machine = site.machines[0]
    with Issuer(trial.folder, machine) as issuer:
        changes = {"tls": "certbot", "certbot_email": "it@example.org", "host_name": NAME}
        site.playbook.write(changes)
        outcome = site.playbook.play()
        found = [is_so("another name, and https", f"{outcome.seconds:.0f} s", outcome.is_good)]
        if not outcome.is_good:
            raise ServiceFailed(outcome.words[-3000:])

        def read_number() -> str:
            return read_certificate(machine.address, NAME, issuer.authority)["serialNumber"]

        found += check_https(machine.address, NAME, issuer.authority)
        first = read_number()
        machine.run("certbot renew --force-renewal --no-random-sleep-on-renew")
        is_renewed = await_that(lambda: read_number() != first)
        found.append(is_so("nginx shows the renewed certificate", bool(is_renewed), is_renewed))
        timer = machine.ask("systemctl is-active certbot.timer").stdout.strip()
        found.append(is_so("certbot's timer", timer, timer == "active"))
        return [*found, _play_again(site)]


def install_three(trial: Trial) -> list[Check]:
    """Install three machines from scratch, use the city, and run the playbook again."""
    site = trial.settle(list(ADDRESSES))
    return [
        *_install(site),
        is_so("PostgreSQL follows on all", *_state(site)),
        *_back_up(site),
        *check_https(SHARED, SHARED, trial.folder / "authority.pem"),
        *check_monitoring(site),
    ]


def lose(trial: Trial) -> list[Check]:
    """Kill the machine with the leader and the shared address while people read and report."""
    site = _city(trial)
    machine = site.find_holder()
    site.make_leader(machine)
    has_both = bool(await_that(lambda: site.follows() and machine is site.find_leader()))
    with Use(site) as use:
        machine.kill()
        time.sleep(NODE_DEATH)
    return [
        is_so("killed: leader and shared address", machine.name, has_both),
        *check_use(use, reads_continue=False, gap=NODE_DEATH),
    ]


def replace(trial: Trial) -> list[Check]:
    """Replace the dead machine with an empty one, with the same command."""
    site = _city(trial)
    dead = next(each for each in trial.machines if each.ask("true").returncode)
    dead.remove()
    dead.start()
    with Use(site) as use:
        outcome = site.playbook.play()
    return [
        is_so(f"{dead.name} is replaced", f"{outcome.seconds:.0f} s", outcome.is_good),
        is_so("PostgreSQL follows on all", *_state(site)),
        *check_use(use, reads_continue=True, gap=LONGEST_WRITE),
        *walk(site)[1],
        *check_monitoring(site),
        _play_again(site),
    ]


def upgrade(trial: Trial) -> list[Check]:
    """Install a newer release and newer packages, one machine after the other."""
    site = _city(trial)
    site.playbook.commit()
    with Use(site) as use:
        outcome = site.playbook.play("-e", '{"upgrade_packages": true}')
    return [
        is_so("upgraded", f"{outcome.seconds:.0f} s", outcome.is_good),
        is_so("PostgreSQL follows on all", *_state(site)),
        *check_use(use, reads_continue=True, gap=LONGEST_WRITE),
        *walk(site)[1],
        _play_again(site),
    ]


STEPS = [
    Step("refuse", "wrong inventories, a missing secret, Debian 12", refuse),
    Step("one", "one machine: install, use, the same again, back up", install_one),
    Step("rotate", "one machine: another SECRET_KEY while somebody is signed in", rotate),
    Step("certbot", "one machine: a certificate by certbot from an ACME server", get_certificate),
    Step("three", "three with https: install, use, the same again, back up, watch", install_three),
    Step("lose", "kills the machine with the leader and the shared address, under load", lose),
    Step("replace", "an empty machine in its place, by the same command", replace),
    Step("upgrade", "a newer release and newer packages, under load", upgrade),
]


def _city(trial: Trial) -> InstalledCity:
    """Return the city on three machines; install it if no step before did."""
    if trial.site is None or len(trial.machines) == 1:
        install_three(trial)
    assert trial.site
    return trial.site


def _one(trial: Trial) -> InstalledCity:
    """Return the city on one machine; install it if no step before did."""
    if trial.site is None or not trial.machines[0].has_city():
        install_one(trial)
    assert trial.site
    return trial.site


def _install(site: InstalledCity) -> list[Check]:
    outcome = site.playbook.play()
    found = [is_so("installed", f"{outcome.seconds:.0f} s", outcome.is_good)]
    if not outcome.is_good:
        raise ServiceFailed(outcome.words[-3000:])
    site.employ()
    return [*found, *walk(site)[1], _play_again(site)]


def _play_again(site: InstalledCity) -> Check:
    outcome = site.playbook.play()
    changed = ", ".join(outcome.changes) or "nothing"
    words = f"{changed} ({outcome.seconds:.0f} s)"
    return is_so("the same command again changes", words, outcome.is_good and not outcome.changes)


def _check_refusal(fault: str, outcome: Outcome, named: str) -> Check:
    is_refused = not outcome.is_good and named in outcome.refusal and not outcome.changes
    return is_so(f"refused: {fault}", outcome.refusal or outcome.words[-300:], is_refused)


def _back_up(site: InstalledCity) -> list[Check]:
    machine = site.machines[0]
    done = machine.ask(
        "systemctl start santa311-backup; journalctl -u santa311-backup -o cat | grep ^Kept"
    )
    kept = machine.ask("ls /backup/*.tar.gz").returncode == 0
    return [is_so("the nightly backup", done.stdout.strip(), kept)]


def _state(site: InstalledCity) -> tuple[str, bool]:
    is_following = bool(await_that(site.follows))
    return str([(each["Member"], each["Role"]) for each in site.find_members()]), is_following
