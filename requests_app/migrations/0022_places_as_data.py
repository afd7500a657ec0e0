"""Places that were said in the reporter's language become names and how they are said."""

from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Replace, Substr

_BEFORE = {
    "near": ["Near ", "Cerca de "],
    "in_front": ["In front of ", "Delante de "],
    "across": ["Across from ", "Enfrente de "],
}
_BETWEEN = [", near ", ", cerca de "]


def take_apart(apps, schema_editor):
    for relation, beginnings in _BEFORE.items():
        for beginning in beginnings:
            rows = _without_relation(apps).filter(location_text__startswith=beginning)
            names = Substr("location_text", len(beginning) + 1)
            rows.update(location_text=names, location_relation=relation)
    for between in _BETWEEN:
        rows = _without_relation(apps).filter(location_text__contains=between)
        names = Replace(F("location_text"), Value(between), Value(" & "))
        rows.update(location_text=names, location_relation="along")


def _without_relation(apps):
    rows = apps.get_model("requests_app", "ServiceRequest").objects
    return rows.filter(location_relation="").exclude(channel="import")


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0021_older_numbers")]

    operations = [
        migrations.AddField(
            model_name="servicerequest",
            name="location_relation",
            field=models.CharField(
                blank=True,
                choices=[
                    ("near", "near"),
                    ("in_front", "in_front"),
                    ("across", "across"),
                    ("along", "along"),
                ],
                db_default="",
                default="",
                editable=False,
                max_length=10,
            ),
        ),
        migrations.RunPython(take_apart, migrations.RunPython.noop, elidable=True),
    ]
