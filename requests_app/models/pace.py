from django.db import models
from django.db.models import F

from city.models import Category
from lib import clock


class Pace(models.Model):
    """The measured working days from filing to finished work of one category.

    `measured` is the number of latest requests used, the oldest of which was filed on `since`.
    """

    category = models.OneToOneField(Category, models.CASCADE, related_name="pace")
    median_days = models.PositiveSmallIntegerField()
    p90_days = models.PositiveSmallIntegerField()
    measured = models.PositiveIntegerField()
    since = models.DateField()
    measured_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(median_days__gte=1, p90_days__gte=F("median_days")),
                name="half_are_never_slower_than_nine_of_ten",
            )
        ]

    def __str__(self) -> str:
        return f"pace of {self.category}"
