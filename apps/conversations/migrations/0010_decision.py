import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.tenants.vault.encryption


class Migration(migrations.Migration):
    """What flows ask colleagues."""

    dependencies = [("conversations", "0009_flows"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("key", models.TextField(unique=True)),
                ("run", models.TextField()),
                ("state", models.TextField()),
                ("slot", models.TextField()),
                ("team", models.TextField(blank=True)),
                ("facts", apps.tenants.vault.encryption.EncryptedJSONField(default=dict)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answered", "answered"),
                            ("late", "not answered in time"),
                            ("dropped", "no longer needed"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="conversations.conversation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("ended_at__isnull", True)), fields=["due_at"], name="decision_open")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("run", "state", "slot"),
                        name="one_open_decision_a_step",
                    )
                ],
            },
        ),
    ]
