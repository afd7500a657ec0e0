"""The check that a department, category or user with open requests is not deactivated."""

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from city.guards import MAX_NAMES_LISTED, DeactivationBlocker
from city.models import Category, Department
from requests_app.models import ServiceRequest

_COLUMNS = {Department: "department", Category: "category", User: "assignee"}


def find_open_work(instance: Model) -> DeactivationBlocker | None:
    """Return the open requests that prevent the deactivation of `instance`, or None.

    None also for a model other than Department, Category and User. Lower apps call it by
    SWITCH_OFF_GUARDS.
    """
    if not isinstance(instance, Department | Category | User):
        return None
    column = _COLUMNS[type(instance)]
    rows = ServiceRequest.objects.open().filter(**{column: instance}).order_by("filed_at", "pk")
    count = rows.count()
    if not count:
        return None
    words = ngettext(
        "Move %(n)s open request first",
        "Move %(n)s open requests first",
        count,
    ) % {"n": count}
    where, how = _find_reassignment_page(instance)
    work = tuple(
        (row.reference, reverse("service_request", args=[row.reference]))
        for row in rows[:MAX_NAMES_LISTED]
    )
    return DeactivationBlocker(words, count, work, where, how)


def _find_reassignment_page(instance: Department | Category | User) -> tuple[str, str]:
    """Return (URL, instruction) of the page on which the open requests are moved."""
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
