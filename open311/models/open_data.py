"""The published editions of the open data, and failed attempts."""

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from lib import clock


class OpenDataEditionQuerySet(models.QuerySet["OpenDataEdition"]):
    def finished(self) -> Self:
        return self.filter(finished_at__isnull=False)

    def current(self) -> "OpenDataEdition | None":
        """Return the latest finished edition, which everybody is offered, or None."""
        return self.finished().order_by("-began_at", "-pk").first()

    def made_on_day(self, day: date) -> "OpenDataEdition | None":
        """Return the latest finished edition of this day of the city's time zone, or None."""
        begins = clock.start_of_day(day)
        ends = clock.start_of_day(day + timedelta(days=1))
        editions = self.finished().filter(began_at__gte=begins, began_at__lt=ends)
        return editions.order_by("-began_at", "-pk").first()


class OpenDataEdition(models.Model):
    """The files of one night: the public requests, read from `began_at` on, `rows` of them.

    It is offered from `finished_at` on. Without one it is being made, or that failed: `problem` is
    the name of the error.
    """

    began_at = models.DateTimeField(_("began"), default=clock.now, db_index=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    rows = models.PositiveIntegerField(_("requests"), default=0)
    problem = models.CharField(_("problem"), max_length=100, blank=True, default="")

    objects = OpenDataEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition of the open data")
        verbose_name_plural = _("editions of the open data")

    def __str__(self) -> str:
        return f"open data of {self.began_at:%Y-%m-%d}"

    @property
    def day(self) -> str:
        """Return the day of the city's time zone by which its files are addressed: 2026-11-30."""
        return clock.localtime(self.began_at).date().isoformat()


class OpenDataFile(models.Model):
    """A file of an edition, in the default storage under `storage_name()`, compressed with gzip.

    `bytes` and `packed_bytes` are the sizes before and after compression, and `digest` is the
    SHA-256 of the compressed file.
    """

    edition = models.ForeignKey(OpenDataEdition, models.CASCADE, related_name="files")
    format = models.CharField(_("format"), max_length=10)
    bytes = models.PositiveBigIntegerField(_("bytes"))
    packed_bytes = models.PositiveBigIntegerField(_("bytes, compressed"))
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("open data file")
        verbose_name_plural = _("open data files")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "format"], name="an_edition_has_one_file_of_each_format"
            )
        ]

    def __str__(self) -> str:
        return f"{self.format}, {self.edition}"
