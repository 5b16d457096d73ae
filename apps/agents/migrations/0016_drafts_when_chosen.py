from django.db import migrations, models

HELP = "Customers are told so while they write. Switched off, what is not sent never leaves their browser."


class Migration(migrations.Migration):
    dependencies = [("agents", "0015_sound")]

    operations = [
        migrations.AlterField(
            model_name="desksettings",
            name="drafts",
            field=models.BooleanField(default=False, help_text=HELP, verbose_name="agents see what a customer is typing"),
        ),
        # It was on without anybody having said so, and customers were not told.
        migrations.RunSQL("UPDATE agents_desksettings SET drafts = false", migrations.RunSQL.noop),
    ]
