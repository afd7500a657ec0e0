"""Places that were said in the reporter's language become names and how they are said."""

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Concat, Left, Replace, Substr

_BEFORE = {
    "near": ["Near ", "Cerca de "],
    "in_front": ["In front of ", "Delante de "],
    "across": ["Across from ", "Enfrente de "],
}
_BETWEEN = [", near ", ", cerca de "]
_BOTH = " & "
_LONGEST = 200
_AT_A_TIME = 2000


def take_apart(apps, schema_editor):
    unknown = _rows(apps).filter(location_relation="").exclude(channel="import")
    for relation, beginnings in _BEFORE.items():
        for beginning in beginnings:
            names = Substr("location_text", len(beginning) + 1)
            rows = unknown.filter(location_text__startswith=beginning)
            _update(rows, location_text=names, location_relation=relation)
    streets = unknown.exclude(location_text__contains=_BOTH)
    for between in _BETWEEN:
        names = Replace(F("location_text"), Value(between), Value(_BOTH))
        rows = streets.filter(location_text__contains=between)
        _update(rows, location_text=names, location_relation="along")


def put_together(apps, schema_editor):
    """In English, since nobody knows any more in which language it was said."""
    for relation, (beginning, *_others) in _BEFORE.items():
        words = Left(Concat(Value(beginning), "location_text"), _LONGEST)
        rows = _rows(apps).filter(location_relation=relation)
        _update(rows, location_text=words, location_relation="")
    words = Left(Replace(F("location_text"), Value(_BOTH), Value(_BETWEEN[0])), _LONGEST)
    rows = _rows(apps).filter(location_relation="along")
    _update(rows, location_text=words, location_relation="")


def _rows(apps):
    return apps.get_model("requests_app", "ServiceRequest").objects


def _update(rows, **columns):
    """A few at a time, so that nobody waits long for one of them; safe to repeat."""
    last = 0
    while ids := list(
        rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_AT_A_TIME]
    ):
        rows.filter(pk__in=ids).update(**columns)
        last = ids[-1]


class Migration(migrations.Migration):
    atomic = False  # the table is locked by no step, and what is done stays done

    dependencies = [("requests_app", "0024_labels")]

    operations = [migrations.RunPython(take_apart, put_together, elidable=True)]
