"""Support for sweeps: tests that run for every page, role, query plan or generated input.

`./run test` skips tests marked `sweep`, so it runs only a sample of each sweep. `./run test --all`
runs all of them, as does a run of named files, such as `./run test tests/browser/test_narrow.py`.
CI runs the sweeps after everything else, if the machine is fast enough for its 25 minutes.
"""

from collections.abc import Iterable

import pytest


class Run:
    """State of this test run: whether it runs only a sample of each sweep."""

    has_samples_alone = False


def pytest_configure(config: pytest.Config) -> None:
    Run.has_samples_alone = "not sweep" in config.getoption("markexpr")


def in_sweep(values: Iterable) -> list:
    """Return pytest parameters for `values`, marked `sweep`. A list gives several arguments."""
    return [
        pytest.param(*(value if isinstance(value, list) else [value]), marks=pytest.mark.sweep)
        for value in values
    ]
