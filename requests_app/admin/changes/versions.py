"""What an entry in Django's log changed, old and new value, where the versions of its row are kept.

An entry does not say which version it belongs to: it is the newest one of the row that the same
person had made when the entry was written.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta

from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet, Value
from django.utils.text import Truncator

from city.admin.history import ChangedField, find_changed_model_fields, list_changed_fields

_WITHIN = timedelta(minutes=1)  # the entry is written in the same transaction as the version
_LONGEST = 120  # letters of a value; the row's history shows all of it


def changed_values(entries: list[LogEntry]) -> dict[int, list[ChangedField]]:
    """By an entry's id each Line that it changed; one query for each table of versions, and one for
    each table that the changed fields point to."""
    pairs = {}
    for model, some in _by_model(entries).items():
        pairs |= _pairs(model, some)
    row_of = _rows_pointed_to(pairs.values())
    return {
        pk: [_short(line) for line in list_changed_fields(*pair, row_of)]
        for pk, pair in pairs.items()
    }


def keeps_versions(model) -> bool:
    return hasattr(model, "history")


def _by_model(entries) -> dict:
    found = defaultdict(list)
    for entry in entries:
        model = entry.content_type and entry.content_type.model_class()
        if model and keeps_versions(model) and entry.is_change():
            found[model].append(entry)
    return found


def _pairs(model, entries) -> dict:
    """By an entry's id the row before and after it."""
    first, *rest = [_newest_two(model, entry) for entry in entries]
    found = defaultdict(list)
    for version in first.union(*rest, all=True):
        found[version.entry].append(version)
    pairs = {}
    for entry in entries:
        versions = sorted(found[entry.pk], key=lambda each: (each.history_date, each.pk))
        if len(versions) == 2 and _is_written_by(entry, versions[1]):
            pairs[entry.pk] = tuple(version.instance for version in versions)
    return pairs


def _newest_two(model, entry) -> QuerySet:
    versions = model.history.filter(
        **{model._meta.pk.attname: entry.object_id}, history_date__lte=entry.action_time
    )
    newest_first = versions.order_by("-history_date", "-history_id")
    return newest_first.annotate(entry=Value(entry.pk))[:2]


def _is_written_by(entry, version) -> bool:
    is_theirs = version.history_user_id == entry.user_id
    return is_theirs and entry.action_time - version.history_date < _WITHIN


def _rows_pointed_to(pairs) -> Callable:
    """A function that finds a row of a model by its key, of those that these pairs name."""
    keys = defaultdict(set)
    for pair in pairs:
        for field in find_changed_model_fields(*pair):
            if field.is_relation:
                keys[field.related_model] |= {getattr(row, field.attname) for row in pair} - {None}
    rows = {model: model._base_manager.in_bulk(some) for model, some in keys.items()}
    return lambda model, pk: rows[model].get(pk)


def _short(line) -> ChangedField:
    values = (Truncator(value).chars(_LONGEST) for value in (line.before, line.after))
    return ChangedField(line.name, *values)
