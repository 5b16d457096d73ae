import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.tenants.vault.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0012_visit"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Original",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("text", apps.tenants.vault.encryption.EncryptedTextField()),
            ],
        ),
        migrations.AddField(
            model_name="hit",
            name="event",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="hits",
                to="conversations.event",
            ),
        ),
        migrations.AddField(
            model_name="hit",
            name="member",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="hit",
            name="turn",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="hits",
                to="conversations.turn",
            ),
        ),
        migrations.AddConstraint(
            model_name="hit",
            constraint=models.UniqueConstraint(
                fields=("event", "rule", "direction", "start"), name="one_hit_a_place_of_a_message"
            ),
        ),
        migrations.AddField(
            model_name="original",
            name="event",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="original", to="conversations.event"
            ),
        ),
    ]
