import django.contrib.postgres.fields
from django.db import migrations, models

import apps.tenants.vault.encryption


class Migration(migrations.Migration):
    """The fields that a signed identity vouches for beside the user id. Until one is seen again, nothing else is."""

    dependencies = [
        ("conversations", "0004_visitor_sealed"),
    ]

    operations = [
        migrations.AddField(
            model_name="visitor",
            name="vouched",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=10),
                blank=True,
                default=list,
                help_text="which of name, email and phone were signed",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="visitor",
            name="signed",
            field=apps.tenants.vault.encryption.EncryptedJSONField(
                blank=True, default=dict, help_text="attributes that the tenant's own server signed"
            ),
        ),
        migrations.AddField(
            model_name="visitor",
            name="vouched_at",
            field=models.DateTimeField(blank=True, help_text="when what is vouched for was signed", null=True),
        ),
    ]
