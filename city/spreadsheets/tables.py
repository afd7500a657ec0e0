"""The tables that can be exported and imported, and their rules beyond those of the pack."""

from collections.abc import Iterator
from dataclasses import replace

from django.db import models
from django.utils.translation import gettext as _

from city import geo
from city.models import DangerKind, Place, Zone
from city.pack import addresses
from city.pack.danger_change import DangerChange
from city.pack.tables import TABLES, ZONES
from city.spreadsheets.resource import TableResource

# The sheet has only the names of zones, not their outlines.
_ZONES_SHEET = replace(ZONES, file="zones.csv")


class PlaceResource(TableResource):
    """Places, which must be in the service area; their zone follows from the point."""

    def find_objections(self, row, known) -> Iterator[tuple[str, str]]:
        """Yield (column, reason) if the point is outside the service area, or swapped."""
        lat, lng = row["lat"], row["lng"]
        if geo.is_in_service_area(lat, lng):
            return
        swapped = _("lat and lng are swapped") if geo.is_in_service_area(lng, lat) else ""
        yield "lat", swapped or _("the point is outside the service area")

    def set_derived_fields(self, instance) -> None:
        """Set the zone of the place by its point; do not save."""
        instance.zone = geo.zone_at(instance.lat, instance.lng)


class ZoneResource(TableResource):
    """Zones, of which only names can be imported: the pack checks the outlines together."""

    may_add_rows = False
    has_switch = False


class DangerResource(TableResource):
    """Kinds of danger, whose phrases are checked like those of a pack."""

    def find_objections(self, row, known) -> Iterator[tuple[str, str]]:
        """Yield (column, reason) for each objectionable phrase or exception, if any changed."""
        if known and (known.phrases, known.exceptions) == (row["phrases"], row["exceptions"]):
            return
        change = DangerChange(
            row["kind"],
            row["language"],
            row["phrases"],
            row["exceptions"],
            *((known.position, known.pk) if known else ()),
        )
        for column, text, reason in change.find_objections():
            yield column, f"“{text}” {reason}"


_CLASSES = {DangerKind: DangerResource, Place: PlaceResource, Zone: ZoneResource}


def build_resource(model: type[models.Model], by: models.Model | None = None) -> TableResource:
    """Return the resource of a model of the city; `by` is the person who imports.

    Raise StopIteration for a model without a table.
    """
    table = next(
        table
        for table in [*TABLES, _ZONES_SHEET, *addresses.ADDRESS_TABLES]
        if table.model is model
    )
    return _CLASSES.get(model, TableResource)(table, by)
