import uuid

import django.db.models.deletion
from django.db import migrations, models

import apps.tenants.vault.encryption


class Migration(migrations.Migration):
    """A conversation's place in a flow, and the tickets that flows promise."""

    dependencies = [("conversations", "0008_form_secrets")]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="flow",
            field=apps.tenants.vault.encryption.EncryptedJSONField(
                blank=True, db_default="", default=dict, help_text="its place in a flow; none: empty"
            ),
        ),
        migrations.CreateModel(
            name="Filing",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=100, unique=True)),
                ("reference", models.CharField(max_length=20)),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField(blank=True)),
                ("team", models.CharField(blank=True, max_length=100)),
                ("at", models.DateTimeField()),
                ("filed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="filings", to="conversations.conversation"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("filed_at__isnull", True)), fields=["at"], name="filing_owed")]
            },
        ),
    ]
