"""The city's canned texts as they are offered for one request, with its own words filled in."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from city.models import CannedText
from santa311.lib import clock


@dataclass(frozen=True)
class Offer:
    """`text` is ready to be sent as it stands, or to be changed first."""

    code: str
    title: str
    text: str


def offers(use, service_request) -> list[Offer]:
    """What fits `service_request`, the most specific first. No query where its category is loaded.

    `use` is a CannedText.Use.
    """
    values = _values(service_request)
    found = CannedText.objects.fitting(use, service_request)
    return [Offer(one.code, one.title, one.body.format(**values)) for one in found]


def put_into(typed, text) -> str:
    """What was typed, followed by `text`: nothing that somebody wrote is lost."""
    return f"{typed.rstrip()}\n\n{text}" if typed.strip() else text


def _values(row):
    """For every placeholder that a canned text may hold."""
    return {
        "reference": row.reference,
        "department": row.department.name if row.department else _("the city"),
        "day": _day(row) or _("a day that we will tell you here"),
        "category": row.category.name,
        "place": row.location_text or _("this place"),
    }


def _day(row):
    if row.scheduled_for:
        return clock.said_day(row.scheduled_for)
    return clock.said_day(timezone.localtime(row.due_at).date()) if row.due_at else ""
