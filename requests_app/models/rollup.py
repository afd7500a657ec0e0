"""The numbers of public requests, by category and by map cell.

A database trigger inserts a RollupChange in the transaction that changes a request, so that writers
never wait for a shared row. `requests_app.rollups` folds the changes into the totals. A count, a
database view, is the total plus the changes that are not folded yet, so it is exact at all times.

Private and hidden requests are not counted. Zones and categories are ids without a foreign key;
zone 0 means none.
"""

from django.db import models

ZOOM_LEVELS = (11, 13, 15, 17)  # the zoom levels of the map cells with stored counts
CATEGORY_ZOOM_LEVEL = 13  # the level whose cells also have a count for each category


class _RequestCount(models.Model):
    """The number `n` of requests with the same category, zone, status and outcome."""

    category = models.BigIntegerField()
    zone = models.BigIntegerField()
    status = models.CharField(max_length=20)
    outcome = models.CharField(max_length=20)
    n = models.IntegerField()

    class Meta:
        abstract = True


class _CellRequestCount(_RequestCount):
    """The number of requests in one map cell; `category` 0 is for all categories.

    Cell `y`, `x` of `level` is 64 pixels of a Web Mercator map at that zoom. `sum_y` and `sum_x`
    are the sums of positions in the units of `map_point`: for n = 1 they are the request's
    position.
    """

    level = models.SmallIntegerField()
    y = models.IntegerField()
    x = models.IntegerField()
    sum_y = models.BigIntegerField()
    sum_x = models.BigIntegerField()

    class Meta:
        abstract = True


class RollupChange(_RequestCount):  # noqa: DJ008 - no row is shown
    """A change by `n` of the number of requests at a map position (`y`, `x`; None without one)."""

    y = models.IntegerField(null=True)
    x = models.IntegerField(null=True)


class CategoryTotal(_RequestCount):  # noqa: DJ008 - no row is shown
    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["category", "zone", "status", "outcome"], name="one_total_of_a_category"
            )
        ]


class CellTotal(_CellRequestCount):  # noqa: DJ008 - no row is shown
    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["level", "category", "y", "x", "zone", "status", "outcome"],
                name="one_total_of_a_cell",
            )
        ]


class CategoryCount(_RequestCount):  # noqa: DJ008 - no row is shown
    """A view of CategoryTotal and the changes since; the sum of the rows is the count."""

    category = models.BigIntegerField(primary_key=True)

    class Meta:
        managed = False


class CellCount(_CellRequestCount):  # noqa: DJ008 - no row is shown
    """A view of CellTotal and the changes since; the sum of the rows is the count."""

    level = models.SmallIntegerField(primary_key=True)

    class Meta:
        managed = False
