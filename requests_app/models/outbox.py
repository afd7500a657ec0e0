from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models.keys import event_key
from santa311.lib import clock


class PendingEvent(models.Model):
    """An event that one subscriber has not dealt with yet. Deleted with the work it asked for."""

    event = event_key("+")
    subscriber = models.CharField(_("who is still to be told"), max_length=100)
    created_at = models.DateTimeField(_("created"), default=clock.now, db_index=True)

    class Meta:
        verbose_name = _("pending event")
        verbose_name_plural = _("pending events")
        constraints = [
            models.UniqueConstraint(fields=["event", "subscriber"], name="one_reaction_per_event")
        ]

    def __str__(self):
        return f"{self.event_id} for {self.subscriber}"
