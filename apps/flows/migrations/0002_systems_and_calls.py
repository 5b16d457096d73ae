import django.core.validators
from django.db import migrations, models

import apps.tenants.vault.encryption
import apps.tenants.workspace.models


class Migration(migrations.Migration):
    dependencies = [
        ("flows", "0001_flow"),
    ]

    operations = [
        migrations.CreateModel(
            name="System",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        help_text="What flows call it by, such as shop. A new name must be written into the flows too.",
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[\\w-]+\\Z", "Letters and digits of any language, and dashes."
                            )
                        ],
                        verbose_name="name",
                    ),
                ),
                (
                    "base_url",
                    models.URLField(
                        help_text="Flows add their paths to it, such as https://shop.example.com/api.",
                        max_length=500,
                        verbose_name="address",
                    ),
                ),
                (
                    "health",
                    models.CharField(
                        default="/health",
                        help_text="The test asks for it with GET. It should change nothing.",
                        max_length=200,
                        validators=[django.core.validators.RegexValidator("^/\\S*\\Z", "A path begins with /.")],
                        verbose_name="path of the test",
                    ),
                ),
                (
                    "secret",
                    apps.tenants.vault.encryption.EncryptedTextField(
                        default=apps.tenants.workspace.models.new_secret, editable=False, verbose_name="secret"
                    ),
                ),
                (
                    "enabled",
                    models.BooleanField(
                        default=True, help_text="Off: a flow that calls it goes on as after an error.", verbose_name="enabled"
                    ),
                ),
            ],
            options={
                "verbose_name": "system",
                "verbose_name_plural": "systems",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=150, unique=True)),
                ("sent_as", models.CharField(max_length=150)),
                ("run", models.CharField(max_length=150)),
                ("name", models.CharField(max_length=100, verbose_name="call")),
                ("system", models.CharField(blank=True, max_length=60, verbose_name="system")),
                ("method", models.CharField(max_length=10, verbose_name="method")),
                ("digest", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("begun", "no answer yet"), ("done", "done"), ("failed", "failed")],
                        default="begun",
                        max_length=6,
                        verbose_name="state",
                    ),
                ),
                ("status", models.PositiveSmallIntegerField(null=True, verbose_name="status")),
                ("slots", apps.tenants.vault.encryption.EncryptedJSONField(blank=True, default=dict)),
                ("error", models.CharField(blank=True, max_length=500, verbose_name="error")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="begun at")),
            ],
            options={
                "verbose_name": "call",
                "verbose_name_plural": "calls",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["run"], name="flows_call_run"),
                    models.Index(fields=["system", "-id"], name="flows_call_latest"),
                ],
            },
        ),
    ]
