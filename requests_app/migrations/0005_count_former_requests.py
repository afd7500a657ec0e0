from django.db import migrations

from requests_app.rollups.recounting import recount


def count(apps, schema_editor):
    """Changes are noted since the migration before; this counts what was there already."""
    recount()


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0004_rollups")]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
