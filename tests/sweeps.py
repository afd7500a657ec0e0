"""Sweeps over every page, role, query plan or made-up input: all of each by `./run test --all`.

A test marked `sweep` is left out of `./run test`, which takes a sample of each sweep. A run of
files that are named, such as `./run test tests/browser/test_narrow.py`, leaves out nothing. CI
runs the sweeps after everything else, if the machine is fast enough for its 25 minutes.
"""

from collections.abc import Iterable

import pytest


class Run:
    """What this run of the tests has of the sweeps."""

    has_samples_alone = False


def pytest_configure(config: pytest.Config) -> None:
    Run.has_samples_alone = "not sweep" in config.getoption("markexpr")


def in_sweep(values: Iterable) -> list:
    """Return the parameters `values`, marked as a sweep; a list among them is several arguments."""
    return [
        pytest.param(*(value if isinstance(value, list) else [value]), marks=pytest.mark.sweep)
        for value in values
    ]
