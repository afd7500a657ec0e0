"""How a figure that is read at the scrape is handed to Prometheus."""

from datetime import timedelta

from prometheus_client.core import GaugeMetricFamily

from lib import clock


def build_gauge(name, words, values=None, *, label=None) -> GaugeMetricFamily:
    """Return a gauge of a number, or of a dict of numbers by the value of `label`.

    Missing numbers (None) are left out.
    """
    family = GaugeMetricFamily(f"santa311_{name}", words, labels=[label] if label else [])
    for key, value in (values if label else {"": values}).items():
        if value is not None:
            family.add_metric([key] if label else [], float(value))
    return family


def seconds_since(moment) -> float:
    """Return the seconds since `moment` (aware); 0 for none, and for one that lies ahead."""
    return max(clock.now() - moment, timedelta()).total_seconds() if moment else 0
