"""How many people, beside its reporter, have the problem of a request: those who follow it."""

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce
from django.utils.translation import ngettext

from requests_app.models.follower import Follower
from requests_app.models.service_request import ServiceRequest


def count_supporters() -> CombinedExpression:
    """Return the number of supporters per outer request as an expression; 0 for none.

    They are the followers with a confirmed address or a device, and the reporters of the public
    requests that were merged into this one, who get its updates. Both are read by an index.
    """
    followers = Follower.objects.confirmed().filter(service_request=OuterRef("pk"))
    merged = ServiceRequest.objects.public().filter(duplicate_of=OuterRef("pk"))
    return count_rows(followers, "service_request") + count_rows(merged, "duplicate_of")


def count_rows(rows: QuerySet, key: str) -> Coalesce:
    """Return the number of `rows`, all with the same `key`, as an expression; 0 for none."""
    counted = rows.order_by().values(key).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def format_supporters(service_request) -> str:
    """Return such as “3 neighbors follow this” in the active language; "" for none.

    The request must be annotated with its `supporters`.
    """
    number = service_request.supporters
    if not number:
        return ""
    text = ngettext("%(n)s neighbor follows this", "%(n)s neighbors follow this", number)
    return text % {"n": number}
