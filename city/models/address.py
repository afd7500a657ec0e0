import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

_MAX_STREET_LENGTH = 80


class AddressRange(models.Model):
    """A block of a street: its line, and the house numbers on either side of it.

    Left and right are those of somebody who walks along the line. A side without houses is 0–0;
    where both ends are odd, or both even, the side has only such numbers.
    """

    street = models.CharField(_("street"), max_length=_MAX_STREET_LENGTH)
    kind = models.CharField(_("kind"), max_length=20, blank=True)
    left_from = models.PositiveIntegerField(_("left from"), default=0)
    left_to = models.PositiveIntegerField(_("left to"), default=0)
    right_from = models.PositiveIntegerField(_("right from"), default=0)
    right_to = models.PositiveIntegerField(_("right to"), default=0)
    line = models.JSONField(_("line"), help_text=_("[lat, lng] points, from “from” to “to”."))
    fingerprint = models.CharField(_("fingerprint"), max_length=32, editable=False)

    class Meta:
        verbose_name = _("address range")
        verbose_name_plural = _("address ranges")
        ordering = ["street", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], name="an_address_range_is_kept_only_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.left_from}–{self.left_to} | {self.right_from}–{self.right_to}"

    @property
    def points(self) -> str:
        """The line in the format of the pack: `34.0200,-118.4900 34.0220,-118.4900`."""
        return " ".join(f"{lat},{lng}" for lat, lng in self.line)

    def set_fingerprint(self) -> None:
        """Set `fingerprint`, by which the row is recognized when it is read again; do not save.

        The fingerprint is a hash of the street's name without case, the house numbers and the line.
        """
        sides = (self.left_from, self.left_to, self.right_from, self.right_to)
        self.fingerprint = _fingerprint(self.street.casefold(), *sides, self.line)


class Intersection(models.Model):
    """A point where two streets meet, in degrees WGS 84."""

    street_a = models.CharField(_("one street"), max_length=_MAX_STREET_LENGTH)
    street_b = models.CharField(_("other street"), max_length=_MAX_STREET_LENGTH)
    lat = models.FloatField(_("latitude"))
    lng = models.FloatField(_("longitude"))
    fingerprint = models.CharField(_("fingerprint"), max_length=32, editable=False)

    class Meta:
        verbose_name = _("intersection")
        verbose_name_plural = _("intersections")
        ordering = ["street_a", "street_b", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], name="an_intersection_is_kept_only_once"
            ),
            models.CheckConstraint(
                condition=models.Q(lat__range=(-90, 90), lng__range=(-180, 180)),
                name="an_intersection_lies_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street_a} & {self.street_b}"

    def set_fingerprint(self) -> None:
        """Set `fingerprint`, which is the same for the two streets in either order; do not save."""
        names = sorted((self.street_a.casefold(), self.street_b.casefold()))
        self.fingerprint = _fingerprint(*names, self.lat, self.lng)


def _fingerprint(*parts) -> str:
    """Return 32 hexadecimal digits of a hash of the values."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
