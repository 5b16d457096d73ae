from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0018_refused_origin"),
    ]

    operations = [
        migrations.AddField(
            model_name="handover",
            name="left_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="left the page at"),
        ),
    ]
