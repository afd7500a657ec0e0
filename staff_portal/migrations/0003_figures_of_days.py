from django.db import migrations, models

# Whether somebody left an address is counted too: retention deletes it without an event.
NOTE_DELETED = """
CREATE TRIGGER note_requests_without_contact AFTER DELETE ON requests_app_contact
REFERENCING OLD TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION staff_portal_note_changed_requests();
"""
NOTE_NOTHING = "DROP TRIGGER note_requests_without_contact ON requests_app_contact"


class Migration(migrations.Migration):
    dependencies = [("staff_portal", "0002_week_figures")]

    operations = [
        migrations.AddField("weekfigures", "days", models.JSONField(db_default=[])),
        migrations.RunSQL(NOTE_DELETED, NOTE_NOTHING),
    ]
