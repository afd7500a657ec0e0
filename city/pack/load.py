"""A whole pack into the database, all of it or nothing."""

from collections.abc import Collection
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.module_loading import import_string

from city import cache
from city.models import City, Place
from city.pack import addresses, contents
from city.pack.hand_changes import Edits, HandChange
from city.pack.read import Row
from city.pack.report import Report
from city.pack.sync import sync
from city.pack.tables import STREETS, TABLES, ZONES, Table
from city.pack.translations import TRANSLATIONS
from lib import clock
from lib.security_log import Kind, record_action


class BrokenPack(Exception):
    """The pack was refused and nothing was changed; `report.problems` says why."""

    def __init__(self, report) -> None:
        super().__init__("\n".join(map(str, report.problems)))
        self.report = report


class HandChangesLost(Exception):
    """Nothing was changed, because changes made in the administration would have been lost.

    `changes` are all of them.
    """

    def __init__(self, changes: list[HandChange]) -> None:
        super().__init__("\n".join(map(str, changes)))
        self.changes = changes


def load(pack_dir, *, accepted: Collection[HandChange] | None = None) -> Report:
    """Make the database say what the folder `pack_dir` says.

    `accepted` are the changes made in the administration that may be put back; None accepts all.
    Raises BrokenPack, and HandChangesLost where there is another.
    """
    report, pack = _read(pack_dir)
    try:
        with transaction.atomic():
            _write(report, Path(pack_dir), pack)
            if accepted is not None and set(report.hand_changes) - set(accepted):
                raise HandChangesLost(report.hand_changes)
            City.objects.update(loaded_at=clock.now())
            record_action(Kind.PACK_LOADED)
    except HandChangesLost:
        cache.forget()
        raise
    return report


def preview(pack_dir) -> Report:
    """What `load` would change, changing nothing. Raises BrokenPack."""
    report, pack = _read(pack_dir)
    try:
        with transaction.atomic():
            _write(report, Path(pack_dir), pack)
            transaction.set_rollback(True)
    finally:
        cache.forget()
    return report


def _read(pack_dir):
    report = Report()
    pack = contents.read(report, Path(pack_dir))
    if report.problems:
        raise BrokenPack(report)
    return report, pack


def _write(report, pack_dir, pack) -> None:
    report.last_load = City.objects.values_list("loaded_at", flat=True).first()
    _write_city(report, pack.city)
    written: dict[str, dict[tuple, object]] = {}
    for table in [ZONES, *TABLES, STREETS, *addresses.TABLES, TRANSLATIONS]:
        if table.file in pack.rows:
            written[table.file] = _write_table(report, table, pack.rows[table.file], written)
    _put_places_in_zones(pack.zones, written[ZONES.file])
    for path in settings.CITY_LOADERS:
        import_string(path)(pack_dir, report)
    if report.problems:
        raise BrokenPack(report)
    if report.changes:
        cache.outdate()


def _write_city(report, values) -> None:
    city = City.objects.first() or City(pk=1)
    changed = [name for name, value in values.items() if getattr(city, name) != value]
    if changed:
        edits = Edits(City, report.last_load)
        report.hand_changes += edits.list_changed_fields(
            "city", city, {name: values[name] for name in changed}
        )
        for name in changed:
            setattr(city, name, values[name])
        city.save()
        report.changed("city changed", f"{city.name} ({', '.join(changed)})")


def _write_table(report, table: Table, rows, written) -> dict[tuple, Model]:
    """Write `rows` with their pointers followed; returns the written rows by the pack's keys."""
    followed = [Row(line, _followed(table, values, written)) for line, values in rows]
    instances = sync(report, table, followed)
    return dict(zip((table.key_of(row.values) for row in rows), instances, strict=True))


def _followed(table: Table, values: dict, written: dict) -> dict:
    """The row with rows instead of their keys, without columns that only helped to find them."""
    helpers = {name for each in table.pointers for name in each.by if name != each.column}
    followed = table.follow(values, written)
    return {name: value for name, value in followed.items() if name not in helpers}


def _put_places_in_zones(zones, written) -> None:
    """Which zone a place lies in follows from the figures; the pack does not say it."""
    moved = []
    for place in Place.objects.all():
        found = (written[zone.slug,].pk for zone in zones if zone.holds(place.lat, place.lng))
        zone_id = next(found, None)
        if place.zone_id != zone_id:
            place.zone_id = zone_id
            moved.append(place)
    Place.objects.bulk_update(moved, ["zone"])
