"""A crew member's own plan for a day. It is nobody's promise: only the workflow tells residents."""

from django.conf import settings
from django.db import models

from requests_app.models import ServiceRequest


class Stop(models.Model):
    """One job that `user` means to do on `day`; `position` counts from 0 in the order of the way.

    What became of the job is read from the request, never kept here.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="stops")
    day = models.DateField()
    service_request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="stops")
    position = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["service_request", "day"], name="whose_day_a_job_is_on")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "day", "service_request"], name="a_job_is_on_a_persons_day_once"
            ),
            models.UniqueConstraint(
                fields=["user", "day", "position"],
                name="each_place_in_a_day_has_one_stop",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self):
        return f"{self.day} {self.position}: {self.service_request_id}"


# Scopes of WeekFigures, beside `department_scope`; a row of COUNTED says that a week was counted.
CITY, PUBLIC, COUNTED = "city", "public", "counted"


def department_scope(pk) -> str:
    return f"department-{pk}"


class WeekFigures(models.Model):
    """Figures of one week that were counted ahead, for one scope and, with `by`, for each of its
    keys: `rows` are [[key, [measure, …]], …] as `staff_portal.overview.weekly` reads them, and
    `days` the same of each day, from Monday on, which `rows` add up.
    """

    week = models.DateField()  # a Monday
    kind = models.CharField(max_length=40)  # what was counted, and how
    scope = models.CharField(max_length=30)
    by = models.CharField(max_length=20, blank=True)
    rows = models.JSONField()
    days = models.JSONField(db_default=[])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["week", "kind", "scope", "by"], name="each_figure_of_a_week_is_there_once"
            )
        ]

    def __str__(self):
        return f"{self.week} {self.kind} {self.scope} {self.by}"


class ChangedRequest(models.Model):
    """A request that changed since its weeks were counted. Written by the database itself with each
    event, so that no two writers wait for each other; there may be several of one request.
    """

    service_request = models.ForeignKey(
        ServiceRequest, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )

    def __str__(self):
        return str(self.service_request_id)
