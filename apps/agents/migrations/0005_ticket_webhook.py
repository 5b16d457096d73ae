from django.db import migrations, models

import apps.tenants.vault.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0004_merge"),
    ]

    operations = [
        migrations.AddField(
            model_name="desksettings",
            name="ticket_webhook",
            field=models.URLField(
                blank=True,
                help_text="Your own system's address: it gets every ticket, and every change of one, as signed JSON.",
                max_length=500,
                verbose_name="send tickets to this address",
            ),
        ),
        migrations.AddField(
            model_name="desksettings",
            name="webhook_secret",
            field=apps.tenants.vault.encryption.EncryptedTextField(blank=True, editable=False, verbose_name="webhook secret"),
        ),
        migrations.AddField(
            model_name="errand",
            name="failures",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="failures"),
        ),
    ]
