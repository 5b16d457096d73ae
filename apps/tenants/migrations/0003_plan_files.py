from django.db import migrations, models


class Migration(migrations.Migration):
    """A plan grants room for files: megabytes a day and in all."""

    dependencies = [("tenants", "0002_due")]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="files_mb_a_day",
            field=models.PositiveIntegerField(default=0, verbose_name="megabytes of files a day"),
        ),
        migrations.AddField(
            model_name="plan",
            name="files_mb",
            field=models.PositiveIntegerField(default=0, verbose_name="megabytes of files in all"),
        ),
    ]
