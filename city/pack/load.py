"""Loading of a whole pack into the database in one transaction."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.module_loading import import_string

from city import cache
from city.models import City, Place
from city.pack import addresses, contents
from city.pack.file_reader import PackRow
from city.pack.manual_changes import ManualChange, ManualEdits
from city.pack.report import PackReport
from city.pack.sync import sync_table
from city.pack.tables import STREETS, TABLES, ZONES, Table
from city.pack.translations import TRANSLATIONS
from city.pack.zone_shapes import ZoneShape
from lib import clock
from lib.security_log import Kind, record_action

type Written = dict[str, dict[tuple, Model]]  # by file and key


class BrokenPack(Exception):
    """The pack was refused and nothing was changed; `report.problems` has the reasons."""

    def __init__(self, report: PackReport) -> None:
        super().__init__("\n".join(map(str, report.problems)))
        self.report = report


class ManualChangesLost(Exception):
    """Nothing was changed, because loading would overwrite changes made in the administration.

    `changes` are all of these changes.
    """

    def __init__(self, changes: list[ManualChange]) -> None:
        super().__init__("\n".join(map(str, changes)))
        self.changes = changes


def load_pack(
    pack_dir: str | Path, *, accepted: Collection[ManualChange] | None = None
) -> PackReport:
    """Make the database match the folder `pack_dir`, in one transaction, and return the report.

    `accepted` are the manual changes that may be overwritten; None accepts all. Raise BrokenPack,
    or ManualChangesLost if another manual change would be overwritten; then nothing is changed.
    """
    report, pack = _read_pack(pack_dir)
    try:
        with transaction.atomic():
            _write_pack(report, Path(pack_dir), pack)
            if accepted is not None and set(report.manual_changes) - set(accepted):
                raise ManualChangesLost(report.manual_changes)
            City.objects.update(loaded_at=clock.now())
            record_action(Kind.PACK_LOADED)
    except ManualChangesLost:
        cache.clear_process_cache()
        raise
    return report


def preview_pack(pack_dir: str | Path) -> PackReport:
    """Return a report of what `load_pack` would change, and change nothing.

    All rows are written in a transaction that is rolled back. Raise BrokenPack if the pack has
    problems.
    """
    report, pack = _read_pack(pack_dir)
    try:
        with transaction.atomic():
            _write_pack(report, Path(pack_dir), pack)
            transaction.set_rollback(True)
    finally:
        cache.clear_process_cache()
    return report


def _read_pack(pack_dir: str | Path) -> tuple[PackReport, contents.PackContents]:
    """Return the report and the contents of a pack. Raise BrokenPack if it has any problem."""
    report = PackReport()
    pack = contents.read_pack(report, Path(pack_dir))
    if report.problems:
        raise BrokenPack(report)
    return report, pack


def _write_pack(report: PackReport, pack_dir: Path, pack: contents.PackContents) -> None:
    """Write all tables and call the loaders of other apps; then invalidate the cache.

    An unchanged database keeps the cache. Raise BrokenPack if a row cannot be deactivated, or a
    loader reports a problem.
    """
    report.last_load = City.objects.values_list("loaded_at", flat=True).first()
    _write_city(report, pack.city)
    written: Written = {}
    for table in [ZONES, *TABLES, STREETS, *addresses.ADDRESS_TABLES, TRANSLATIONS]:
        if table.file in pack.rows:
            written[table.file] = _write_table(report, table, pack.rows[table.file], written)
    _assign_zones_to_places(pack.zones, written[ZONES.file])
    for path in settings.CITY_LOADERS:
        import_string(path)(pack_dir, report)
    if report.problems:
        raise BrokenPack(report)
    if report.changes:
        cache.invalidate_cache()


def _write_city(report: PackReport, values: dict[str, Any]) -> None:
    """Save the city if a field differs, and report the changed fields and manual changes.

    A city is created if none exists.
    """
    city = City.objects.first() or City(pk=1)
    changed = [name for name, value in values.items() if getattr(city, name) != value]
    if changed:
        edits = ManualEdits(City, report.last_load)
        report.manual_changes += edits.find_changed_fields(
            "city", city, {name: values[name] for name in changed}
        )
        for name in changed:
            setattr(city, name, values[name])
        city.save()
        report.add_change("city changed", f"{city.name} ({', '.join(changed)})")


def _write_table(
    report: PackReport, table: Table, rows: list[PackRow], written: Written
) -> dict[tuple, Model]:
    """Write `rows` with their foreign keys resolved; return the written rows by the pack's keys."""
    followed = [PackRow(line, _resolve_pointers(table, values, written)) for line, values in rows]
    instances = sync_table(report, table, followed)
    return dict(zip((table.row_key(row.values) for row in rows), instances, strict=True))


def _resolve_pointers(table: Table, values: dict, written: dict) -> dict:
    """Return a copy of `values` with foreign keys resolved to model instances.

    `written` maps file name and key to instance. Columns used only for the lookup are removed.
    """
    helpers = {name for each in table.pointers for name in each.by if name != each.column}
    followed = table.resolve_pointers(values, written)
    return {name: value for name, value in followed.items() if name not in helpers}


def _assign_zones_to_places(zones: Sequence[ZoneShape], written: dict[tuple, Model]) -> None:
    """Set and save the zone of all places: the first whose area contains the place, else None.

    `written` has the saved row of each zone by (slug,).
    """
    moved = []
    for place in Place.objects.all():
        found = (
            written[zone.slug,].pk for zone in zones if zone.contains_point(place.lat, place.lng)
        )
        zone_id = next(found, None)
        if place.zone_id != zone_id:
            place.zone_id = zone_id
            moved.append(place)
    Place.objects.bulk_update(moved, ["zone"])
