"""Categories that come first or last, and newer before older among equals."""

from django.db import migrations, models

import apps.knowledge.tuning


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0004_search_settings"),
    ]

    operations = [
        migrations.AddField(
            model_name="searchsettings",
            name="newer_first",
            field=models.BooleanField(
                default=False,
                help_text="Of answers that fit nearly equally well, the one that was saved last comes first.",
                verbose_name="newer first among equals",
            ),
        ),
        migrations.AddField(
            model_name="searchsettings",
            name="weights",
            field=models.JSONField(
                blank=True, default=dict, validators=[apps.knowledge.tuning.check_weights], verbose_name="categories"
            ),
        ),
    ]
