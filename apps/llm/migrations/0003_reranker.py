"""The endpoint that orders what was found."""

import django.core.validators
from django.db import migrations, models

import apps.tenants.vault.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("llm", "0002_modelendpoint_answers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reranker",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "url",
                    models.URLField(
                        help_text="Such as https://models.example.com/v1/rerank.", max_length=500, verbose_name="address"
                    ),
                ),
                (
                    "model",
                    models.CharField(
                        blank=True,
                        help_text="As its provider calls it. A server with one model needs none.",
                        max_length=120,
                        verbose_name="model",
                    ),
                ),
                ("api_key", apps.tenants.vault.encryption.EncryptedTextField(blank=True, default="", verbose_name="API key")),
                (
                    "milliseconds",
                    models.PositiveSmallIntegerField(
                        default=800,
                        help_text="An answer that comes later is not waited for: the usual order stays.",
                        validators=[
                            django.core.validators.MinValueValidator(100),
                            django.core.validators.MaxValueValidator(1500),
                        ],
                        verbose_name="patience in milliseconds",
                    ),
                ),
                (
                    "sure",
                    models.FloatField(
                        blank=True,
                        help_text="From this score of its own on, the best passage is told without asking back. Empty: it only orders.",
                        null=True,
                        verbose_name="sure from",
                    ),
                ),
                ("enabled", models.BooleanField(default=True, verbose_name="enabled")),
            ],
            options={
                "verbose_name": "reranker",
                "verbose_name_plural": "reranker",
            },
        ),
    ]
