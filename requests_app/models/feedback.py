from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.columns import event_foreign_key, request_foreign_key


class Feedback(models.Model):
    """The reporter's rating of finished work; the comment is the event's."""

    service_request = request_foreign_key("feedback", models.PROTECT)
    event = event_foreign_key("feedback", models.PROTECT, one=True)
    rating = models.PositiveSmallIntegerField(_("rating"), choices=[(n, n) for n in range(1, 6)])

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        indexes = [models.Index(fields=["rating", "id"], name="ratings_by_their_stars")]
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__range=(1, 5)), name="ratings_are_one_to_five_stars"
            )
        ]

    def __str__(self) -> str:
        return f"{self.service_request_id}: {self.rating} of 5"
