from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_sessions_end_with_roles")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="must_change_password",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    ]
