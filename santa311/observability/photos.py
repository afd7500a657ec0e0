"""The counters of photos by the time from their upload until they could be shown.

The worker that made a photo's sizes counts it in the cache, because workers serve no metrics. An
emptied cache begins at 0 again, as a restarted process does.
"""

from collections.abc import Iterator

from celery.signals import task_postrun
from django.core.cache import cache
from prometheus_client.core import CounterMetricFamily

MAKE_SIZES = "requests_app.make_photo_sizes"  # not imported: its module imports models
MAX_SECONDS = 60  # the objective of docs/howto/alerts.md
_KEYS = {"in_time": "photos_ready:in_time", "late": "photos_ready:late"}


def collect_counters() -> Iterator[CounterMetricFamily]:
    """Yield the number of photos that became ready, in time and late.

    Without the cache they have no values: a 0 would look as if all were counted again afterwards.
    """
    words = f"Photos that became ready, within {MAX_SECONDS} s after their upload or later."
    family = CounterMetricFamily("santa311_photos_ready", words, labels=["pace"])
    found = cache.get_many(_KEYS.values())
    for pace, key in _KEYS.items():
        if key in found or cache.add(key, 0, timeout=None):
            family.add_metric([pace], found.get(key, 0))
    yield family


@task_postrun.connect
def _count_photo(task, retval=None, **_) -> None:
    """Count the photo that the task made ready, by the seconds that the task returned."""
    if task.name == MAKE_SIZES and isinstance(retval, float):
        key = _KEYS["in_time" if retval <= MAX_SECONDS else "late"]
        if not cache.add(key, 1, timeout=None):
            cache.incr(key)
