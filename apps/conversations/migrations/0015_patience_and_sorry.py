import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0014_ways_of_hits"),
    ]

    operations = [
        migrations.AddField(
            model_name="handover",
            name="sorry",
            field=models.CharField(
                blank=True, choices=[("nobody", "nobody is there"), ("busy", "everybody is busy")], default="", max_length=6
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="waiting_from",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="waiting in line from"),
        ),
        migrations.RunSQL(
            "UPDATE conversations_handover SET waiting_from = requested_at WHERE done_at IS NULL", migrations.RunSQL.noop
        ),
    ]
