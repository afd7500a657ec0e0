from django.db import migrations

TABLES = [
    "requests_app_servicerequest",
    "requests_app_event",
    "requests_app_photo",
    "requests_app_contact",
    "requests_app_answer",
]
# Lists and counts read indexes alone, as long as the pages are known to hold nothing newer. By
# PostgreSQL's own settings five million requests wait for a million changes until they are vacuumed.
SET = """ALTER TABLE {} SET (
    autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.01,
    autovacuum_analyze_scale_factor = 0.01
)"""
RESET = """ALTER TABLE {} RESET (
    autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor,
    autovacuum_analyze_scale_factor
)"""


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0020_open_ones_counted")]

    operations = [migrations.RunSQL(SET.format(each), RESET.format(each)) for each in TABLES]
