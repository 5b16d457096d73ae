import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0010_mail_account"),
        ("conversations", "0015_patience_and_sorry"),
    ]

    operations = [
        migrations.AddField(
            model_name="mailaccount",
            name="plus",
            field=models.BooleanField(
                default=False,
                help_text="Gmail, Outlook and most others do. Answers then find their conversation by the address, too.",
                verbose_name="the mailbox takes name+anything@",
            ),
        ),
        migrations.CreateModel(
            name="Mailing",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "seqs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), help_text="the replies, by their numbers", size=None
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits"),
                            ("going", "on its way"),
                            ("sent", "sent by mail"),
                            ("bounced", "bounced"),
                            ("failed", "not sent"),
                            ("needless", "read in the chat"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("message_id", models.CharField(blank=True, db_index=True, max_length=200)),
                ("error", models.CharField(blank=True, max_length=500)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mailings", to="conversations.conversation"
                    ),
                ),
            ],
            options={
                "verbose_name": "mailing",
                "verbose_name_plural": "mailings",
                "ordering": ["made_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("conversation",),
                        name="one_waiting_mailing_a_conversation",
                    )
                ],
            },
        ),
    ]
