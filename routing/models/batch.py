"""One verb on many requests at once, and what each of them answered."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lib import clock
from requests_app.models import Event, ServiceRequest
from requests_app.workflow import undo_period_seconds_left


class Batch(models.Model):
    """`key` is the form's own: what is sent twice with the same one is done once. `goal` says in
    words where it went (a department, a reason, an original), `query` from which queue it came.
    """

    MOST = 100  # requests

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
    def share_left(self) -> int:
        """The share of the time that is left, of 100."""
        return round(100 * self.seconds_left / settings.SECONDS_TO_UNDO)

    @property
    def seconds_left(self) -> int:
        """How long it can still be taken back, as an event can; 0 when it is too late."""
        return undo_period_seconds_left(self)


class BatchLine(models.Model):
    """One request of a batch. Its answer is written in the transaction of the verb itself, so a
    line that still waits after the batch has ended was not done.

    `seen` is the last event the agent was shown, `event` what was done, `undo` what took it back.
    `reason` says why it was refused, `kept` why it could not be taken back.
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
