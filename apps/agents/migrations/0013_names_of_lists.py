from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0012_incoming_mail"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="deadletter",
            options={"ordering": ["-died_at"], "verbose_name": "undelivered item", "verbose_name_plural": "undelivered items"},
        ),
        migrations.AlterModelOptions(
            name="presence",
            options={"verbose_name": "agent", "verbose_name_plural": "agents"},
        ),
    ]
