"""Functions that build gauges for Prometheus."""

from datetime import timedelta

from prometheus_client.core import GaugeMetricFamily

from lib import clock


def build_gauge(name, words, values=None, *, label=None) -> GaugeMetricFamily:
    """Return the gauge `santa311_NAME` of a number, or of numbers by the value of `label`.

    With `label`, `values` is a dict. None values are left out.
    """
    family = GaugeMetricFamily(f"santa311_{name}", words, labels=[label] if label else [])
    for key, value in (values if label else {"": values}).items():
        if value is not None:
            family.add_metric([key] if label else [], float(value))
    return family


def seconds_since(moment) -> float:
    """Return the seconds since `moment` (aware); 0 for None and for a moment in the future."""
    return max(clock.now() - moment, timedelta()).total_seconds() if moment else 0
