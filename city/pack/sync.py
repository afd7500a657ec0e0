"""Synchronization of a table of the database with a table of the pack."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from city import cache
from city.guards import find_deactivation_blocker
from city.models.shared import concrete_field
from city.pack.consistency import no_contradictions
from city.pack.file_reader import PackRow
from city.pack.manual_changes import ManualEdits
from city.pack.report import PackReport
from city.pack.tables import Table

CHANGE_REASON = "load_city"
_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")


def sync_table(report: PackReport, table: Table, rows: list[PackRow]) -> list[models.Model]:
    """Add, change and deactivate rows of `table.model`; return the pack's rows in their order.

    A row that the pack no longer has is deactivated if the model has `is_active`, else deleted. The
    values must be valid (`validate_row`); foreign keys hold instances. Changes, manual changes and
    rows that cannot be deactivated are added to `report`. The rows are saved.
    """
    known = {_instance_key(table, row): row for row in table.model._default_manager.all()}
    edits = ManualEdits(table.model, report.last_load)
    built = [_build_instance(report, table, edits, known, row) for row in rows]
    kept = {_instance_key(table, instance) for instance, _names in built}
    new = [instance for instance, names in built if names is None]
    gone = [row for key, row in known.items() if key not in kept]
    _note_manual_row_changes(report, table, edits, new, gone)
    _create_rows(report, table, new)
    _update_rows(report, table, [(instance, names) for instance, names in built if names])
    _remove_rows(report, table, gone)
    return [instance for instance, _names in built]


def _note_manual_row_changes(
    report: PackReport,
    table: Table,
    edits: ManualEdits,
    new: list[models.Model],
    gone: list[models.Model],
) -> None:
    """Add to `report.manual_changes` the rows that somebody added, changed or deleted by hand.

    `new` are the rows that the load adds, `gone` those that the pack lacks.
    """
    is_switchable = "is_active" in field_names(table.model)
    fate = "turned off" if is_switchable else "removed"
    for row in gone:
        if getattr(row, "is_active", True):
            report.manual_changes += edits.find_dropped_row(table.noun, row, fate)
    report.manual_changes += edits.find_deleted_rows(table.noun, new)


def _instance_key(table: Table, instance: models.Model) -> tuple[Any, ...]:
    """Return the values of the key's columns in the order of the model's fields.

    A relation is given by its primary key.
    """
    fields = [field for field in table.model._meta.fields if field.name in table.key]
    return tuple(getattr(instance, field.attname) for field in fields)


def validate_row(
    report: PackReport,
    file: str,
    line: int,
    values: dict[str, Any],
    *,
    model: type[models.Model],
    reasons: Iterable[str] = (),
) -> bool:
    """Return True if a row is valid, and report each problem.

    Problems are `reasons`, and values that the model's field refuses. Foreign keys and values that
    are no fields are not checked.
    """
    problems = [*reasons, *_find_field_problems(model, values)]
    for problem in problems:
        report.add_problem(file, line, problem)
    return not problems


def select_valid_rows(
    report: PackReport,
    file: str,
    rows: Iterable[PackRow],
    model: type[models.Model],
    find_contradictions: Callable[[dict], Iterable[str]] = no_contradictions,
) -> list[PackRow]:
    """Return the valid rows in their order, and report the problems of the others."""
    return [
        row
        for row in rows
        if validate_row(report, file, *row, model=model, reasons=find_contradictions(row.values))
    ]


def _find_field_problems(model: type[models.Model], values: dict[str, Any]) -> list[str]:
    """Return “field: reason” for each column of the model whose value the model refuses.

    Foreign keys, and values that are no fields, are not checked. A character that cannot be stored
    is the only problem reported.
    """
    own = {field.name for field in model._meta.fields if not field.is_relation}
    plain = {name: value for name, value in values.items() if name in own}
    if unkept := [name for name, value in plain.items() if not _is_storable(value)]:
        return [f"{unkept[0]}: it holds a character that can't be stored"]
    try:
        model(**plain).clean_fields(exclude=field_names(model) - set(plain))
    except ValidationError as error:
        return [f"{name}: {' '.join(words)}" for name, words in error.message_dict.items()]
    return []


def field_names(model: type[models.Model]) -> set[str]:
    """Return the names of the model's fields."""
    return {field.name for field in model._meta.fields}


def _is_storable(value: object) -> bool:
    """Return False for text with a NUL or half a surrogate pair: no database stores it."""
    return not isinstance(value, str) or not _UNSTORABLE.search(value)


def _build_instance(
    report: PackReport,
    table: Table,
    edits: ManualEdits,
    known: dict[tuple, models.Model],
    row: PackRow,
) -> tuple[models.Model, list[str] | None]:
    """Return the unsaved row of `row` and the names of its changed fields; None for a new row.

    A known row gets the new values, and its overwritten manual changes are reported. A deactivated
    row becomes active.
    """
    wanted = dict(row.values)
    if "is_active" in field_names(table.model):
        wanted.setdefault("is_active", True)
    instance = table.model(**wanted)
    old = known.get(_instance_key(table, instance))
    if old is None:
        return instance, None
    changed = [name for name, value in wanted.items() if _has_changed(old, name, value)]
    overwritten = {name: wanted[name] for name in changed if name != "position"}
    report.manual_changes += edits.find_changed_fields(table.noun, old, overwritten)
    for name in changed:
        setattr(old, name, wanted[name])
    return old, changed


def _has_changed(old: models.Model, name: str, value: Any) -> bool:
    """Return True if field `name` of `old` has another value; foreign keys are compared by pk."""
    field = concrete_field(type(old), name)
    if field.is_relation:
        return getattr(old, field.attname) != (value.pk if value else None)
    return getattr(old, name) != value


def _create_rows(report: PackReport, table: Table, instances: list[models.Model]) -> None:
    """Insert the rows at once, with history if the model has one, and report each as added."""
    if not instances:
        return
    if hasattr(table.model, "history"):
        bulk_create_with_history(instances, table.model, default_change_reason=CHANGE_REASON)
    else:
        table.model._default_manager.bulk_create(instances)
    report.added[table.model] = instances
    for instance in instances:
        report.add_change(f"{table.noun} added", instance)


def _update_rows(
    report: PackReport, table: Table, changes: list[tuple[models.Model, list[str]]]
) -> None:
    """Save the changed fields of the rows at once, and report each row."""
    if not changes:
        return
    names = sorted({name for _instance, changed in changes for name in changed})
    instances = [instance for instance, _changed in changes]
    _save_rows(table.model, instances, names)
    for instance, changed in sorted(changes, key=lambda change: change[1] == ["position"]):
        if changed == ["position"]:
            report.add_change(f"{table.noun} in another order", instance)
        else:
            report.add_change(f"{table.noun} changed", f"{instance} ({', '.join(changed)})")


def _save_rows(model: type[models.Model], instances: list[models.Model], names: list[str]) -> None:
    """Update the fields `names` of the rows at once, with history if the model has one."""
    if hasattr(model, "history"):
        bulk_update_with_history(instances, model, names, default_change_reason=CHANGE_REASON)
    else:
        model._default_manager.bulk_update(instances, names)


def _remove_rows(report: PackReport, table: Table, instances: list[Any]) -> None:
    """Deactivate the active rows, or delete them if the model has no `is_active`; report each."""
    if "is_active" in field_names(table.model):
        _deactivate_rows(report, table, [instance for instance in instances if instance.is_active])
        return
    if not instances:
        return
    for instance in instances:
        report.add_change(f"{table.noun} removed", instance)
    with cache.defer_invalidation():
        table.model._default_manager.filter(pk__in=[row.pk for row in instances]).delete()


def _deactivate_rows(report: PackReport, table: Table, instances: list[Any]) -> None:
    """Deactivate the rows that nothing needs and save them; report the others as problems."""
    willing = []
    for instance in instances:
        if reason := find_deactivation_blocker(instance):
            report.add_problem(
                table.file, 1, f"“{instance}” is gone but can't be turned off: {reason}"
            )
        else:
            instance.is_active = False
            report.add_change(f"{table.noun} turned off", instance)
            willing.append(instance)
    if willing:
        _save_rows(table.model, willing, ["is_active"])
