"""Gauges of the security of staff accounts."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef
from prometheus_client.core import GaugeMetricFamily

from accounts.models import SecurityRecord, User
from accounts.second_factor import factors_of_user
from lib import clock
from lib.security_log import Kind
from santa311.observability.gauge import build_gauge

_PERIOD = timedelta(hours=1)


def collect_gauges() -> Iterator[GaugeMetricFamily]:
    """Yield the most places of one account, and administrators without a second factor.

    A place is where somebody signed in, or failed to, within an hour: a keyed hash of an
    address, which changes daily.
    """
    sign_ins = SecurityRecord.objects.filter(kind=Kind.SIGN_IN, at__gt=clock.now() - _PERIOD)
    accounts = sign_ins.exclude(target="").order_by().values("target", "result")
    counted = accounts.annotate(n=Count("source", distinct=True)).values_list("result", "n")
    most = {"ok": 0, "failed": 0}
    for result, count in counted:
        kind = "ok" if result.startswith("ok") else "failed"
        most[kind] = max(most[kind], count)
    words = "Places from which one account signed in, or was tried, within an hour: the most."
    yield build_gauge("sign_in_places", words, most, label="result")
    admins = User.objects.filter(is_active=True, is_staff=True)
    bare = admins.exclude(Exists(factors_of_user(OuterRef("pk"))))
    words = "Accounts of administrators without a second factor."
    yield build_gauge("admins_without_second_factor", words, bare.count())
