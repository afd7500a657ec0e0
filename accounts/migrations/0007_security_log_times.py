"""Makes the security log harder to falsify: it is not truncated, and its times are the database's."""

import django.db.models.functions.datetime
from django.db import migrations, models

GUARD = """
CREATE FUNCTION accounts_securityrecord_is_not_truncated() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'accounts_securityrecord is append-only';
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER security_record_is_not_truncated BEFORE TRUNCATE ON accounts_securityrecord
FOR EACH STATEMENT EXECUTE FUNCTION accounts_securityrecord_is_not_truncated();

CREATE FUNCTION accounts_securityrecord_has_the_time_of_now() RETURNS trigger AS $$
BEGIN
    NEW.at := clock_timestamp();
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER security_record_has_the_time_of_now BEFORE INSERT ON accounts_securityrecord
FOR EACH ROW EXECUTE FUNCTION accounts_securityrecord_has_the_time_of_now();
"""

NO_GUARD = """
DROP TRIGGER security_record_has_the_time_of_now ON accounts_securityrecord;
DROP FUNCTION accounts_securityrecord_has_the_time_of_now();
DROP TRIGGER security_record_is_not_truncated ON accounts_securityrecord;
DROP FUNCTION accounts_securityrecord_is_not_truncated();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_normalized_login_names")]

    operations = [
        migrations.AlterField(
            model_name="securityrecord",
            name="at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), verbose_name="when"
            ),
        ),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
