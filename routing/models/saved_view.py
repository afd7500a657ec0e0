"""Named sets of filters."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from lib import clock


class SavedView(models.Model):
    """A named set of filters of one agent.

    `query` is a query string of the queue; values that no longer exist are ignored. A view that
    `is_shared` is shown to other agents, who cannot change it.
    """

    MAX_NAME_LENGTH = 40  # characters of a name
    MAX_PER_AGENT = 20  # views of one agent

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", editable=False
    )
    name = models.CharField(max_length=MAX_NAME_LENGTH)
    query = models.TextField()
    is_shared = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = [Lower("name"), "pk"]
        constraints = [
            models.UniqueConstraint("user", Lower("name"), name="one_view_of_a_name_per_agent")
        ]

    def __str__(self) -> str:
        return self.name
