"""How many public requests there are, kept beside them: by category, and by place on the map.

A trigger of the database appends a `RollupChange` in the transaction that changes a request, so no
two writers wait for a shared row, and no way to write one is forgotten. `requests_app.rollups`
folds the changes into the totals. A count, a view of the database, is the total and the changes
that are not yet in it: exact at every moment.

What private and hidden requests say is in none of them. Zones and categories are ids without a
foreign key, zone 0 is none: both are only ever compared.
"""

from django.db import models

LEVELS = (11, 13, 15, 17)  # zooms of the map whose cells are kept
BY_CATEGORY = 13  # the one whose cells are kept for each category too; the view has both as well


class _Kind(models.Model):
    """`n` of a category in a zone that stand so."""

    category = models.BigIntegerField()
    zone = models.BigIntegerField()
    status = models.CharField(max_length=20)
    outcome = models.CharField(max_length=20)
    n = models.IntegerField()

    class Meta:
        abstract = True


class _Cell(_Kind):
    """The same of one cell of the map; `category` 0: of all categories.

    Cell `y`, `x` of `level` is 64 pixels of a Web Mercator map at that zoom. `sum_y` and `sum_x`
    are of their spots, in units: of a single one they say where it is. Nothing is left in them of
    one that has gone, or was hidden.
    """

    level = models.SmallIntegerField()
    y = models.IntegerField()
    x = models.IntegerField()
    sum_y = models.BigIntegerField()
    sum_x = models.BigIntegerField()

    class Meta:
        abstract = True


class RollupChange(_Kind):  # noqa: DJ008 - nobody reads one by itself
    """`n` more, or fewer, of one kind at one spot; `y` and `x` are those of `map_point`, in
    units of `UNITS`, or None without a place.
    """

    y = models.IntegerField(null=True)
    x = models.IntegerField(null=True)


class CategoryTotal(_Kind):  # noqa: DJ008 - nobody reads one by itself
    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["category", "zone", "status", "outcome"], name="one_total_of_a_category"
            )
        ]


class CellTotal(_Cell):  # noqa: DJ008 - nobody reads one by itself
    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["level", "category", "y", "x", "zone", "status", "outcome"],
                name="one_total_of_a_cell",
            )
        ]


class CategoryCount(_Kind):  # noqa: DJ008 - nobody reads one by itself
    """Read only: the rows of `CategoryTotal` and of the changes since; their sum is the number."""

    category = models.BigIntegerField(primary_key=True)

    class Meta:
        managed = False


class CellCount(_Cell):  # noqa: DJ008 - nobody reads one by itself
    """Read only, as `CategoryCount`, of `CellTotal`."""

    level = models.SmallIntegerField(primary_key=True)

    class Meta:
        managed = False
