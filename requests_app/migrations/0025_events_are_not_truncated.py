"""Makes the database refuse TRUNCATE of the events, as it refuses UPDATE and DELETE of one."""

from django.db import migrations

FORBID = """
CREATE FUNCTION requests_app_event_is_not_truncated() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'requests_app_event is append-only';
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER event_is_not_truncated BEFORE TRUNCATE ON requests_app_event
FOR EACH STATEMENT EXECUTE FUNCTION requests_app_event_is_not_truncated();
"""

ALLOW = """
DROP TRIGGER event_is_not_truncated ON requests_app_event;
DROP FUNCTION requests_app_event_is_not_truncated();
"""


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0024_fill_normalized_emails")]

    operations = [migrations.RunSQL(FORBID, ALLOW)]
