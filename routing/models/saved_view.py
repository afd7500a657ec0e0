"""A name that an agent gave to a set of filters."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from lib import clock


class SavedView(models.Model):
    """`query` is the desk's query as the filters write it; values in it that are gone are lost
    when it is read, and the rest keeps working. Other agents see one that `is_shared`, and cannot
    change it.
    """

    LONGEST = 40  # characters of a name
    MOST = 20  # views of one agent

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", editable=False
    )
    name = models.CharField(max_length=LONGEST)
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
