"""Gauges of this machine: free disk space, its clock, and our release."""

import platform
import shutil
import tempfile
from collections.abc import Iterator

from django.conf import settings
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily

from lib import clock_offsets
from lib.version import VERSION
from santa311.observability.gauge import build_gauge


def collect_gauges() -> Iterator[GaugeMetricFamily | InfoMetricFamily]:
    """Yield the free part of each folder's disk, and the release of this process.

    A folder that does not exist has no value.
    """
    folders = {"data": settings.DATA_DIR, "temporary": tempfile.gettempdir()}
    if settings.METRICS_DIR:
        folders["metrics"] = settings.METRICS_DIR
    free = {name: _free_ratio(path) for name, path in folders.items()}
    yield build_gauge("folder_free_ratio", "Free part of a folder's disk.", free, label="folder")
    release = {"version": VERSION, "python": platform.python_version()}
    words = "Always 1: the release of this process, and its Python."
    yield InfoMetricFamily("santa311_build", words, release)


def collect_clock_gauges() -> Iterator[GaugeMetricFamily]:
    """Yield the clock offsets. Call it after other collectors have asked the servers."""
    words = "Seconds that this machine's clock is ahead of another server's."
    yield build_gauge("clock_offset_seconds", words, clock_offsets.get_offsets(), label="against")


def _free_ratio(path) -> float | None:
    """Return the free part of the folder's disk, from 0 to 1; None if it cannot be read."""
    try:
        usage = shutil.disk_usage(path)
    except OSError:  # not made yet
        return None
    return usage.free / usage.total
