"""The old and new values of an entry in the admin log, from the versions of its row.

An entry does not refer to a version: it belongs to the newest version by the same person at the
time of the entry.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import Model, QuerySet, Value
from django.utils.text import Truncator

from city.admin.history import ChangedField, find_changed_model_fields, list_changed_fields

_MAX_DELAY = timedelta(minutes=1)  # the entry is written in the same transaction as the version
_MAX_VALUE_LENGTH = 120  # letters of a value; the row's history shows all of it


def find_changed_values(entries: list[LogEntry]) -> dict[int, list[ChangedField]]:
    """Return the changed fields by id of each entry whose versions are known.

    Values are shortened. One query for each table of versions, and one for each table that
    changed foreign keys refer to.
    """
    pairs: dict[int, tuple[Model, Model]] = {}
    for model, some in _group_by_model(entries).items():
        pairs |= _find_version_pairs(model, some)
    row_of = _load_related_rows(pairs.values())
    return {
        pk: [_shorten(line) for line in list_changed_fields(*pair, row_of)]
        for pk, pair in pairs.items()
    }


def has_versions(model: type[Model]) -> bool:
    """Return whether the model keeps its versions in `history`."""
    return hasattr(model, "history")


def _group_by_model(entries: list[LogEntry]) -> dict[Any, list[LogEntry]]:
    """Return the entries by model; only changes of models with versions."""
    found: defaultdict[Any, list[LogEntry]] = defaultdict(list)
    for entry in entries:
        model = entry.content_type and entry.content_type.model_class()
        if model and has_versions(model) and entry.is_change():
            found[model].append(entry)
    return found


def _find_version_pairs(model: Any, entries: list[LogEntry]) -> dict[int, tuple[Model, Model]]:
    """Return (row before, row after) by the entry's id, for one entry or more.

    Entries without two versions, or whose newest version is not theirs, are left out.
    """
    first, *rest = [_select_newest_two(model, entry) for entry in entries]
    found = defaultdict(list)
    for version in first.union(*rest, all=True):
        found[version.entry].append(version)
    pairs = {}
    for entry in entries:
        versions = sorted(found[entry.pk], key=lambda each: (each.history_date, each.pk))
        if len(versions) == 2 and _is_written_by(entry, versions[1]):
            pairs[entry.pk] = (versions[0].instance, versions[1].instance)
    return pairs


def _select_newest_two(model: Any, entry: LogEntry) -> QuerySet:
    """Return the newest two versions up to the time of the entry.

    The versions are annotated with the id of the entry as `entry`.
    """
    versions = model.history.filter(
        **{model._meta.pk.attname: entry.object_id}, history_date__lte=entry.action_time
    )
    newest_first = versions.order_by("-history_date", "-history_id")
    return newest_first.annotate(entry=Value(entry.pk))[:2]


def _is_written_by(entry: LogEntry, version: Any) -> bool:
    """Return whether the same user saved the version less than _MAX_DELAY before the entry."""
    is_theirs = version.history_user_id == entry.user_id
    return is_theirs and entry.action_time - version.history_date < _MAX_DELAY


def _load_related_rows(pairs: Iterable[tuple[Model, Model]]) -> Callable:
    """Return a function (model, key) that returns the row to which a changed foreign key refers.

    `pairs` are (row before, row after). The function returns None for a row that was deleted, and
    raises KeyError for a model to which no changed field refers. One query for each model.
    """
    keys: defaultdict[Any, set[Any]] = defaultdict(set)
    for pair in pairs:
        for field in find_changed_model_fields(*pair):
            if field.is_relation:
                keys[field.related_model] |= {getattr(row, field.attname) for row in pair} - {None}
    rows = {model: model._base_manager.in_bulk(some) for model, some in keys.items()}
    return lambda model, pk: rows[model].get(pk)


def _shorten(line: ChangedField) -> ChangedField:
    """Return the field with values of at most _MAX_VALUE_LENGTH characters."""
    values = (Truncator(value).chars(_MAX_VALUE_LENGTH) for value in (line.before, line.after))
    return ChangedField(line.name, *values)
