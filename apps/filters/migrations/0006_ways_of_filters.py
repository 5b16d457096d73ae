import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("filters", "0005_stop"),
    ]

    operations = [
        migrations.AlterField(
            model_name="filter",
            name="directions",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("from_customer", "from the customer"),
                        ("from_bot", "from the bot"),
                        ("from_agent", "from an agent"),
                        ("to_model", "to a language model"),
                        ("to_logs", "into logs and exports"),
                    ],
                    max_length=20,
                ),
                size=None,
                verbose_name="what it looks at",
            ),
        ),
    ]
