"""Checks of Prometheus and Alertmanager on the first machine."""

import json

from tools.bench.containers.journey import await_that
from tools.bench.faults.checks import Check, is_so
from tools.bench.machines.installed_city import InstalledCity

ALERTS_TO = "on-call@example.org"
_PARTS = 5  # per machine: web, nginx, Patroni, HAProxy, etcd
_OWN = 2  # Prometheus, Alertmanager


def check_monitoring(site: InstalledCity) -> list[Check]:
    """Check that all targets are up, that rules are loaded, and that an alert is sent by email."""
    wanted = _PARTS * len(site.machines) + _OWN
    await_that(lambda: _list_health(site).count("up") == wanted)
    health = _list_health(site)
    groups = _ask(site, "rules")["groups"]
    rules = [rule["name"] for group in groups for rule in group["rules"]]
    wrong = [rule["name"] for group in groups for rule in group["rules"] if rule["health"] == "err"]
    told = len(site.letterbox.read(ALERTS_TO))
    site.machines[0].run(
        "amtool --alertmanager.url=http://127.0.0.1:9093 alert add Trial severity=page"
    )
    came = await_that(lambda: len(site.letterbox.read(ALERTS_TO)) > told)
    return [
        is_so("parts that answer Prometheus", f"{health.count('up')} of {wanted}",
              health == ["up"] * wanted),
        is_so("rules", f"{len(rules)}, wrong: {len(wrong)}", rules and not wrong),
        is_so("an alert is mailed", bool(came), came),
    ]  # fmt: skip


def _list_health(site: InstalledCity) -> list[str]:
    return [each["health"] for each in _ask(site, "targets?state=active")["activeTargets"]]


def _ask(site: InstalledCity, path: str) -> dict:
    words = site.machines[0].run(f"curl --silent 'http://127.0.0.1:9090/api/v1/{path}'")
    return json.loads(words)["data"]
