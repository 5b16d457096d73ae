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
        migrations.AlterField(
            model_name="handover",
            name="reason",
            field=models.CharField(
                choices=[
                    ("asked_for_person", "asked for a person"),
                    ("no_passage", "nothing known"),
                    ("low_confidence", "not sure enough"),
                    ("model_down", "no model"),
                    ("high_risk", "too risky for the bot"),
                    ("filtered", "stopped by a filter"),
                    ("by_flow", "as the flow says"),
                    ("flow_dead_end", "stuck in a flow"),
                    ("failed", "the turn failed"),
                    ("transferred", "passed on by an agent"),
                    ("lost", "the agent went away"),
                ],
                max_length=20,
                verbose_name="reason",
            ),
        ),
        migrations.AlterField(
            model_name="turn",
            name="cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("asked_for_person", "asked for a person"),
                    ("no_passage", "nothing known"),
                    ("low_confidence", "not sure enough"),
                    ("model_down", "no model"),
                    ("high_risk", "too risky for the bot"),
                    ("filtered", "stopped by a filter"),
                    ("by_flow", "as the flow says"),
                    ("flow_dead_end", "stuck in a flow"),
                    ("failed", "the turn failed"),
                    ("thumbs_down", "no help to the customer"),
                    ("agent_correction", "marked wrong by an agent"),
                ],
                help_text="Why the bot could not do it.",
                max_length=20,
                verbose_name="cause",
            ),
        ),
    ]
