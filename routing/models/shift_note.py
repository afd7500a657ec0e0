"""Notes that one shift of agents leaves for the next."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lib import clock


class ShiftNote(models.Model):
    """A note that every agent sees above the desk until one of them deletes it."""

    MAX_LENGTH = 500  # characters
    MAX_NOTES = 5  # notes at once

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="shift_notes", editable=False
    )
    words = models.CharField(max_length=MAX_LENGTH)
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("note for the next shift")
        verbose_name_plural = _("notes for the next shift")

    def __str__(self) -> str:
        return f"note {self.pk}"
