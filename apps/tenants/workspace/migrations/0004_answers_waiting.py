from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workspace", "0003_offer_below_sure"),
    ]

    operations = [
        migrations.AddField(
            model_name="site",
            name="answers_waiting",
            field=models.BooleanField(
                default=True,
                db_default=True,
                help_text="Only what it is sure of. They keep their place, and the person who comes sees what was said.",
                verbose_name="the bot answers while customers wait for a person",
            ),
        ),
    ]
