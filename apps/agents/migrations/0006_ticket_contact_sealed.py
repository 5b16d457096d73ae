from django.db import migrations, models

import apps.tenants.vault.encryption


class Migration(migrations.Migration):
    """The address to answer to into an encrypted column. `rotate_keys --data` encrypts the rows, in batches."""

    dependencies = [
        ("agents", "0005_ticket_webhook"),
        ("conversations", "0004_visitor_sealed"),
        ("workspace", "0002_data_keys"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ticket",
            name="contact",
            field=apps.tenants.vault.encryption.EncryptedTextField(
                blank=True, default="", verbose_name="e-mail to answer to", was_plain=True
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="contact_index",
            field=apps.tenants.vault.encryption.BlindIndexField(
                blank=True, default="", editable=False, kind="email", max_length=64, of="contact"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("contact_index", ""), _negated=True),
                fields=["contact_index"],
                name="ticket_contact_index",
            ),
        ),
    ]
