"""Orders of the list: sorting, and filtering by a cursor."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lib.postgresql.unindexed import UnindexedMoment
from requests_app.models import ServiceRequest
from requests_app.models.map_point import IsInCircle, MapDistance

UPDATED, NEWEST, NEAR = "updated", "newest", "near"
SORT_LABELS = {UPDATED: _("Latest update"), NEWEST: _("Newest"), NEAR: _("Nearest")}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def moment_from_key(key: int) -> datetime:
    """Return the moment of a `MomentOrder` key, which is in microseconds since 1970."""
    return EPOCH + key * _MICROSECOND


@dataclass(frozen=True)
class MomentOrder:
    """Order by one of a request's timestamps, the latest first.

    `is_selective` means that the filters leave few requests. Such requests are sorted instead of
    read from the index of the timestamp.
    """

    name: str
    field: str
    is_selective: bool = False
    previous_label = _("Newer")
    next_label = _("Older")

    def sort(self, requests: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
        return requests.order_by(self._moment.desc(), "-pk")

    def get_key(self, row: ServiceRequest) -> int:
        """Return the row's timestamp in microseconds since 1970, which a cursor keeps."""
        return (getattr(row, self.field) - EPOCH) // _MICROSECOND

    def filter_after(
        self, requests: QuerySet[ServiceRequest], key: int, pk: int
    ) -> QuerySet[ServiceRequest]:
        """Return the requests after the row with this key and id, the nearest to it first."""
        return self.sort(self._filter_beyond(requests, key, pk, "lt"))

    def filter_before(
        self, requests: QuerySet[ServiceRequest], key: int, pk: int
    ) -> QuerySet[ServiceRequest]:
        """Return the requests before the row with this key and id, the nearest to it first."""
        return self._filter_beyond(requests, key, pk, "gt").order_by(self._moment.asc(), "pk")

    @property
    def _moment(self) -> UnindexedMoment | F:
        """The timestamp as a sort key, without its index if `is_selective`."""
        return UnindexedMoment(self.field) if self.is_selective else F(self.field)

    def _filter_beyond(
        self, requests: QuerySet[ServiceRequest], key: int, pk: int, lookup: str
    ) -> QuerySet[ServiceRequest]:
        """Return the requests whose timestamp and id are "lt" or "gt" those of the row."""
        field, moment = self.field, moment_from_key(key)
        beyond = Q((f"{field}__{lookup}", moment)) | Q((field, moment), (f"pk__{lookup}", pk))
        return requests.filter(beyond, (f"{field}__{lookup}e", moment))


@dataclass(frozen=True)
class DistanceOrder:
    """Order by distance from `point` (latitude, longitude), requests without a location last.

    A cursor contains the row but not its distance: a URL must not tell where somebody is.
    """

    point: tuple[float, float]
    name = NEAR
    previous_label = _("Nearer")
    next_label = _("Farther")

    def sort(self, requests: QuerySet[ServiceRequest]) -> QuerySet:
        """Return `requests`, the nearest first and those without a location last."""
        return self._add_distance(requests).order_by(F("away").asc(nulls_last=True), "-pk")

    def get_key(self, row: ServiceRequest) -> int:
        """Return 0, as a cursor must not contain the distance."""
        return 0

    def filter_after(
        self, requests: QuerySet[ServiceRequest], _key: int, pk: int
    ) -> QuerySet[ServiceRequest]:
        """Return the requests after the row with this id, the nearest to it first."""
        away = self._distance_of_row(requests, pk)
        if away is None:
            return self.sort(requests).filter(away__isnull=True, pk__lt=pk)
        same_spot = Q(away=away, pk__lt=pk)
        return self.sort(requests).filter(Q(away__gt=away) | same_spot | Q(away__isnull=True))

    def filter_before(
        self, requests: QuerySet[ServiceRequest], _key: int, pk: int
    ) -> QuerySet[ServiceRequest]:
        """Return the requests before the row with this id, the nearest to it first."""
        away = self._distance_of_row(requests, pk)
        backward = self._add_distance(requests).order_by(F("away").desc(nulls_first=True), "pk")
        if away is None:
            return backward.filter(Q(away__isnull=False) | Q(pk__gt=pk))
        # The index cannot return rows by descending distance, but it finds those in the circle.
        near = backward.filter(IsInCircle(*self.point, away))
        return near.filter(Q(away__lt=away) | Q(away=away, pk__gt=pk))

    def _add_distance(self, requests: QuerySet[ServiceRequest]) -> QuerySet:
        """Return `requests` with the alias `away`, the MapDistance to the point.

        An alias can be filtered and sorted by, but is no attribute of the rows.
        """
        return requests.alias(away=MapDistance(*self.point))

    def _distance_of_row(self, requests: QuerySet[ServiceRequest], pk: int) -> float | None:
        """Return the MapDistance of this row; None if it has no location or is missing."""
        row = requests.model.objects.filter(pk=pk)
        return row.values_list(MapDistance(*self.point), flat=True).first()


type Order = MomentOrder | DistanceOrder


def build_order(name: str, point: tuple[float, float] | None, is_selective: bool = False) -> Order:
    """Return the order with this name; the latest update first for any other name.

    NEAR without `point` counts as another name. `is_selective` is that of `MomentOrder`, for the
    order by update only.
    """
    if name == NEAR and point:
        return DistanceOrder(point)
    if name == NEWEST:
        return MomentOrder(NEWEST, "filed_at")
    return MomentOrder(UPDATED, "changed_at", is_selective)
