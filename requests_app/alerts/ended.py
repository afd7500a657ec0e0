"""The message after an alert ended: which alert it was, and a link to set it up again."""

from dataclasses import replace
from typing import NamedTuple

from django.core import signing
from django.http import QueryDict
from django.urls import reverse

from requests_app.alerts.saved import build_filters
from requests_app.models import Alert

_SALT = "requests_app.alerts.ended"


class EndedAlert(NamedTuple):
    """The summary of an alert that ended, and the address of a form that begins with its filter."""

    summary: str
    new_url: str


def describe_ended(alert: Alert) -> EndedAlert:
    """Return the message about an alert that ends, in the active language."""
    filters = replace(build_filters(alert), show="open" if alert.wants_new else "fixed")
    if not alert.radius_m:
        query = filters.query_pairs()
    else:
        query = [*replace(filters, area=None).query_pairs(), ("near", alert.place)]
    return EndedAlert(alert.description.summary, reverse("new_alert", query=query))


def sign_ended(ended: EndedAlert) -> str:
    """Return the message for the `ended` of the next page's query."""
    return signing.dumps(ended, salt=_SALT, compress=True)


def read_ended(query: QueryDict) -> EndedAlert | None:
    """Return the message in a page's query; None without one of ours."""
    try:
        found = signing.loads(query.get("ended", ""), salt=_SALT)
    except signing.BadSignature:
        return None
    return EndedAlert(*found)
