from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0027_news_by_residents")]

    operations = [
        migrations.AddField(
            model_name="photo",
            name="must_clean_original",
            field=models.BooleanField(
                db_default=False,
                default=False,
                verbose_name="original to be replaced by a clean copy",
            ),
        ),
        migrations.AddField(
            model_name="apikey",
            name="sees_exact_locations",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="For kinds that often point at a home. Without it, the key gets only "
                "their block.",
                verbose_name="exact locations",
            ),
        ),
    ]
