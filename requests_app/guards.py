"""What the configuration must not lose: a department, a category or a person with open work."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from city.guards import MAX_NAMES_LISTED, DeactivationBlocker
from city.models import Category, Department
from requests_app.models import ServiceRequest

_COLUMNS = {Department: "department", Category: "category", User: "assignee"}


def open_work(instance) -> DeactivationBlocker | None:
    """Why `instance` may not be switched off now, or None. Asked by lower rooms by settings."""
    column = _COLUMNS.get(type(instance))
    if column is None:
        return None
    rows = ServiceRequest.objects.open().filter(**{column: instance}).order_by("filed_at", "pk")
    count = rows.count()
    if not count:
        return None
    words = ngettext(
        "Move %(n)s open request first",
        "Move %(n)s open requests first",
        count,
    ) % {"n": count}
    where, how = _way_out(instance)
    work = tuple(
        (row.reference, reverse("service_request", args=[row.reference]))
        for row in rows[:MAX_NAMES_LISTED]
    )
    return DeactivationBlocker(words, count, work, where, how)


def _way_out(instance) -> tuple[str, str]:
    """The page on which this work is moved, and what to do there."""
    if isinstance(instance, User):
        query = {"list": "open", "person": instance.username}
        page, how = "city_overview_jobs", _("Assign it to someone else")
    elif isinstance(instance, Department):
        query = {"tab": "open", "department": instance.slug}
        page, how = "desk", _("Route all of it elsewhere at the desk")
    else:
        query = {"tab": "open", "category": instance.service_code}
        page, how = "desk", _("Change its category at the desk")
    return reverse(page, query=query), how
