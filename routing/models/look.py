"""What an agent has looked at."""

from django.conf import settings
from django.db import models

from requests_app.models import Event, ServiceRequest


class Look(models.Model):
    """The last event that an agent was shown of a request in which a resident wrote something.

    Only what residents wrote since the desk last acted is marked in the queue, so only such a look
    is noted.
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
