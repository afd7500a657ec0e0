"""The last event that an agent saw of a request."""

from django.conf import settings
from django.db import models

from requests_app.models import Event, ServiceRequest


class Look(models.Model):
    """The last event that an agent saw of a request.

    Stored only for requests in which a resident wrote something since an agent acted, since the
    queue marks only such requests.
    """

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    service_request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "service_request"], name="one_look_per_agent_and_request"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agent} saw {self.event}"
