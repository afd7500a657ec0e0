"""The number of a request's supporters: people other than its reporter who follow it."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce
from django.utils.translation import ngettext

from requests_app.models.follower import Follower
from requests_app.models.service_request import ServiceRequest


def count_supporters() -> CombinedExpression:
    """Return the number of supporters per outer request as an expression; 0 for none.

    Supporters are the followers with a confirmed address or a device, and the reporters of public
    requests that were merged into this one, who get its updates. Each person counts once, the
    request's own reporter does not. A person is known by device or email address. All rows are
    read by an index.
    """
    followers = Follower.objects.confirmed().filter(service_request=OuterRef("pk"))
    merged = ServiceRequest.objects.public().filter(duplicate_of=OuterRef("pk"))
    others = merged.exclude(_is_by_earlier_reporter()).exclude(_is_by_follower())
    return count_rows(followers, "service_request") + count_rows(others, "duplicate_of")


def _is_by_earlier_reporter() -> Exists:
    """Return the condition that the reporter of a merged request filed an earlier one, too.

    The earlier one is the original, or an older public request that was merged into it.
    """
    public = ServiceRequest.objects.public()
    older = public.filter(duplicate_of=OuterRef("duplicate_of"), pk__lt=OuterRef("pk"))
    reported = ServiceRequest.objects.filter(pk=OuterRef("duplicate_of")) | older
    has_device = Q(reporter_sessions__device__reporter_sessions__service_request=OuterRef("pk"))
    has_email = Q(contact__email_normalized=OuterRef("contact__email_normalized"))
    return Exists(reported.filter(has_device | (has_email & ~Q(contact__email_normalized=""))))


def _is_by_follower() -> Exists:
    """Return the condition that the reporter of a merged request follows its original."""
    followers = Follower.objects.confirmed().filter(service_request=OuterRef("duplicate_of"))
    has_device = Q(device__reporter_sessions__service_request=OuterRef("pk"))
    has_email = Q(address__email_normalized=OuterRef("contact__email_normalized"))
    is_confirmed = Q(address__confirmed_at__isnull=False)
    return Exists(followers.filter(has_device | (has_email & is_confirmed)))


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
