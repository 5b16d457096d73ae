import uuid

import django.db.models.deletion
from django.db import migrations, models

import apps.tenants.vault.encryption


class Migration(migrations.Migration):
    """The sensitive part of what customers enter into forms."""

    dependencies = [("conversations", "0007_turn_story")]

    operations = [
        migrations.CreateModel(
            name="FormSecrets",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("client_id", models.UUIDField()),
                ("values", apps.tenants.vault.encryption.EncryptedJSONField(default=dict)),
                (
                    "conversation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="form_secrets",
                        to="conversations.conversation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("conversation", "client_id"), name="one_form_secrets_a_message")
                ],
            },
        ),
    ]
