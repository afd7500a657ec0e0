"""In which order the list stands: how it is sorted, and what lies behind one of its requests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lib.postgresql.unindexed import UnindexedMoment
from requests_app.models.map_point import IsInCircle, MapDistance

UPDATED, NEWEST, NEAR = "updated", "newest", "near"
LABELS = {UPDATED: _("Latest update"), NEWEST: _("Newest"), NEAR: _("Nearest")}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def moment_of(key: int) -> datetime:
    return EPOCH + key * _MICROSECOND


@dataclass(frozen=True)
class ByMoment:
    """By one of the moments of a request, the latest first.

    `is_led`: something else leaves so few that they are sorted, rather than all read in order.
    """

    name: str
    field: str
    is_led: bool = False
    back = _("Newer")
    onward = _("Older")

    def ordered(self, requests) -> QuerySet:
        return requests.order_by(self._moment.desc(), "-pk")

    def key(self, row) -> int:
        """What a cursor keeps of a row beside its id."""
        return (getattr(row, self.field) - EPOCH) // _MICROSECOND

    def after(self, requests, key, pk) -> QuerySet:
        """Those behind the row that had this key, the first of them first."""
        return self.ordered(self._beyond(requests, key, pk, "lt"))

    def before(self, requests, key, pk) -> QuerySet:
        """Those in front of it, the last of them first."""
        return self._beyond(requests, key, pk, "gt").order_by(self._moment.asc(), "pk")

    @property
    def _moment(self) -> UnindexedMoment | F:
        return UnindexedMoment(self.field) if self.is_led else F(self.field)

    def _beyond(self, requests, key, pk, way) -> QuerySet:
        field, moment = self.field, moment_of(key)
        beyond = Q((f"{field}__{way}", moment)) | Q((field, moment), (f"pk__{way}", pk))
        return requests.filter(beyond, (f"{field}__{way}e", moment))


@dataclass(frozen=True)
class ByDistance:
    """The nearest to `here` (latitude, longitude) first, those without a place last.

    A cursor keeps the row alone, not its distance: an address must not tell where somebody is.
    """

    here: tuple[float, float]
    name = NEAR
    back = _("Nearer")
    onward = _("Farther")

    def ordered(self, requests) -> QuerySet:
        return self._measured(requests).order_by(F("away").asc(nulls_last=True), "-pk")

    def key(self, row) -> int:
        return 0

    def after(self, requests, _key, pk) -> QuerySet:
        away = self._away(requests, pk)
        if away is None:
            return self.ordered(requests).filter(away__isnull=True, pk__lt=pk)
        same_spot = Q(away=away, pk__lt=pk)
        return self.ordered(requests).filter(Q(away__gt=away) | same_spot | Q(away__isnull=True))

    def before(self, requests, _key, pk) -> QuerySet:
        away = self._away(requests, pk)
        backward = self._measured(requests).order_by(F("away").desc(nulls_first=True), "pk")
        if away is None:
            return backward.filter(Q(away__isnull=False) | Q(pk__gt=pk))
        # What lies so near is found by the index too, which knows no order backward.
        near = backward.filter(IsInCircle(*self.here, away))
        return near.filter(Q(away__lt=away) | Q(away=away, pk__gt=pk))

    def _measured(self, requests) -> QuerySet:
        return requests.alias(away=MapDistance(*self.here))

    def _away(self, requests, pk) -> float | None:
        row = requests.model.objects.filter(pk=pk)
        return row.values_list(MapDistance(*self.here), flat=True).first()


def of(name, here, is_led=False) -> ByDistance | ByMoment:
    """The order of that name; the latest update first where it takes a position we do not have.

    `is_led`: see `ByMoment`.
    """
    if name == NEAR and here:
        return ByDistance(here)
    if name == NEWEST:
        return ByMoment(NEWEST, "filed_at")
    return ByMoment(UPDATED, "changed_at", is_led)
