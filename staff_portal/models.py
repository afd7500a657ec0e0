"""A crew member's own plan for a day. It is nobody's promise: only the workflow tells residents."""

from django.conf import settings
from django.db import models

from requests_app.models import ServiceRequest


class StopQuerySet(models.QuerySet):
    def of(self, user, day):
        """One person's stops of one day, in their order."""
        return self.filter(user=user, day=day).order_by("position")


class Stop(models.Model):
    """One job that `user` means to do on `day`; `position` counts from 0 in the order of the way.

    What became of the job is read from the request, never kept here.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="stops")
    day = models.DateField()
    service_request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="stops")
    position = models.PositiveSmallIntegerField()

    objects = StopQuerySet.as_manager()

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
