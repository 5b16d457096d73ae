"""The tenant's settings of the search."""

import django.core.validators
from django.db import migrations, models

import apps.knowledge.passages.synonyms


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0003_index_codes_apart"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "synonyms",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(200000), apps.knowledge.passages.synonyms.check],
                        verbose_name="words that mean the same",
                    ),
                ),
            ],
            options={
                "verbose_name": "search settings",
                "verbose_name_plural": "search settings",
            },
        ),
    ]
