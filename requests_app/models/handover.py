from django.db import models

from requests_app.models.event import Event


class Handover(models.Model):
    """Work of a crew that the request had left meanwhile, sent to who holds it now.

    The note is the event's words, the photos are the event's photos. `key` is the sender's: what
    is sent twice with the same one is kept once.
    """

    event = models.OneToOneField(Event, models.PROTECT, related_name="handover")
    key = models.UUIDField(null=True, unique=True)

    def __str__(self):
        return f"{self.event}"
