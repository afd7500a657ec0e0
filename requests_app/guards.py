"""What the city's configuration must not lose: a department or category with open work."""

from django.utils.translation import ngettext

from city.models import Category, Department
from requests_app.models import ServiceRequest


def open_work(instance) -> str | None:
    """Why `instance` may not be switched off now, or None. Asked by the city through settings."""
    column = {Department: "department", Category: "category"}.get(type(instance))
    if column is None:
        return None
    count = ServiceRequest.objects.open().filter(**{column: instance}).count()
    if not count:
        return None
    return ngettext(
        "%(n)s open request must find another place first",
        "%(n)s open requests must find another place first",
        count,
    ) % {"n": count}
