from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0005_alerts_of_browsers")]

    operations = [ValidateConstraint(model_name="alert", name="an_alert_has_one_owner")]
