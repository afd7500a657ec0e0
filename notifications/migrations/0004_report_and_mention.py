from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0003_messages_by_alert"),
    ]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "Receipt"),
                    ("routed", "With a department"),
                    ("planned", "Planned"),
                    ("question", "Question to the reporter"),
                    ("reply", "Reply"),
                    ("done", "Done, please check"),
                    ("closed", "Closed"),
                    ("again", "Not fixed"),
                    ("reopened", "Reopened"),
                    ("hidden", "Hidden or blacked out"),
                    ("new", "New for a department"),
                    ("handed_back", "Handed back"),
                    ("disputed", "Disputed"),
                    ("soon", "Due soon"),
                    ("late", "Late"),
                    ("twice_late", "Very late"),
                    ("mention", "Named in a note"),
                    ("links", "Private links"),
                    ("following", "Confirm to follow"),
                    ("your_data", "Your data"),
                    ("invitation", "Invitation"),
                    ("webhook_off", "A webhook was turned off"),
                    ("password_reset", "New password"),
                    ("sign_in_code", "Sign-in code"),
                    ("report", "Scheduled report"),
                    ("staff_digest", "Daily digest for staff"),
                    ("alert_confirm", "Confirm an alert"),
                    ("alert_new", "Alert: new request"),
                    ("alert_finished", "Alert: finished request"),
                    ("alert_digest", "Alert: digest"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
    ]
