from django.db import migrations, models

import apps.tenants.vault.encryption
import apps.tenants.workspace.models


class Migration(migrations.Migration):
    dependencies = [
        ("workspace", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataKey",
            fields=[
                ("id", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("scope", models.CharField(help_text="what it is for: tenant, index, later one visitor", max_length=64)),
                ("master", models.CharField(help_text="the name of the master key that wraps it", max_length=32)),
                ("wrapped", models.BinaryField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["scope", "-created_at"], name="datakey_scope")],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("scope", "index")), fields=("scope",), name="one_index_key")
                ],
            },
        ),
        migrations.AlterField(
            model_name="site",
            name="identity_secret",
            field=apps.tenants.vault.encryption.EncryptedTextField(
                default=apps.tenants.workspace.models.new_secret,
                max_length=128,
                verbose_name="identity secret",
                was_plain=True,
            ),
        ),
    ]
