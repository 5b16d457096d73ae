from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0013_original_words"),
    ]

    operations = [
        migrations.AlterField(
            model_name="hit",
            name="direction",
            field=models.CharField(
                choices=[
                    ("from_customer", "from the customer"),
                    ("from_bot", "from the bot"),
                    ("from_agent", "from an agent"),
                    ("to_model", "to a language model"),
                    ("to_logs", "into logs and exports"),
                ],
                max_length=20,
                verbose_name="direction",
            ),
        ),
    ]
