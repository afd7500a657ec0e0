"""Tests for the configuration of three nodes, filled in by the stack and by a city's playbook."""

from pathlib import Path

import pytest
import yaml

from tools.stack.cluster import fill_template, loopback_machines

VALUES = dict.fromkeys(
    ["ETCD", "DATA", "PROGRAMS", "RUN", "SUPERUSER", "SUPERUSER_PASSWORD", "REPLICATION_PASSWORD"],
    "x",
) | {"NODE": "postgres2", "ADDRESS": "10.0.0.2", "NETWORK": "10.0.0.0/24", "WATCHDOG": "off"}


def test_patronis_file_needs_all_of_the_values_that_it_names():
    patroni = yaml.safe_load(fill_template("patroni/patroni.yml", VALUES))
    assert patroni["postgresql"]["connect_address"] == "10.0.0.2:5432"
    fewer = {name: value for name, value in VALUES.items() if name != "RUN"}
    with pytest.raises(KeyError, match="RUN"):
        fill_template("patroni/patroni.yml", fewer)


def test_nothing_is_acknowledged_before_a_standby_has_it():
    settings = yaml.safe_load(fill_template("patroni/patroni.yml", VALUES))
    dcs = settings["bootstrap"]["dcs"]
    assert dcs["synchronous_mode"] == "quorum"
    assert dcs["synchronous_mode_strict"] is True
    # otherwise Patroni changes the value
    assert dcs["ttl"] >= dcs["loop_wait"] + 2 * dcs["retry_timeout"]


def test_a_folder_always_has_the_same_three_addresses():
    first, again, other = (
        [machine.address for machine in loopback_machines(Path(folder))]
        for folder in ("/var/lib/one", "/var/lib/one", "/var/lib/other")
    )
    assert first == again
    assert len({*first, *other}) == 6
