"""A verb on many requests, and the result of each."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lib import clock
from requests_app.models import Event, ServiceRequest
from requests_app.workflow import undo_period_seconds_left


class Batch(models.Model):
    """A verb that an agent performs on many requests.

    `key` is made with the form: the same form sent twice makes one batch. `goal` names the
    department, reason or original; `query` is the query string of the queue.
    """

    MAX_REQUESTS = 100  # requests of one batch

    key = models.UUIDField(unique=True, editable=False)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="batches", editable=False
    )
    verb = models.CharField(max_length=20)  # a Verb
    goal = models.CharField(max_length=200)
    query = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = _("batches")

    def __str__(self) -> str:
        return f"{self.verb}: {self.goal}"

    @property
    def percent_left(self) -> int:
        """Return the share of the undo time that is left, from 0 to 100."""
        return round(100 * self.seconds_left / settings.SECONDS_TO_UNDO)

    @property
    def seconds_left(self) -> int:
        """Return for how many seconds the batch can still be undone; 0 if it cannot."""
        return undo_period_seconds_left(self.at)


class BatchLine(models.Model):
    """A request of a batch, and its result.

    The answer is written in the transaction of the verb, so a line that is still WAITING after the
    batch was not done. `seen` is the last event the agent was shown, `event` the act, and `undo`
    the event that undid it. `reason` says why the verb was refused, `kept` why the undo was.
    """

    class Answer(models.TextChoices):
        WAITING = "waiting", _("Not done")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        MOVED_ON = "moved_on", _("Changed in the meantime")

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="lines")
    service_request = models.ForeignKey(ServiceRequest, models.PROTECT, related_name="+")
    seen = models.BigIntegerField()
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.WAITING)
    reason = models.TextField(blank=True)
    event = models.OneToOneField(Event, models.PROTECT, null=True, related_name="+")
    undo = models.OneToOneField(Event, models.PROTECT, null=True, related_name="+")
    kept = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "service_request"], name="a_batch_names_a_request_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.service_request_id}: {self.answer}"
