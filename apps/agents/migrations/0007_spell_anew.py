"""Messages are spelt alike by other rules now: their terms are forgotten, and the sweeper and each search read them again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agents", "0006_ticket_contact_sealed"), ("conversations", "__first__")]
    operations = [
        migrations.RunSQL("TRUNCATE agents_spoken", migrations.RunSQL.noop),
        migrations.RunSQL("UPDATE conversations_conversation SET indexed = 0 WHERE indexed > 0", migrations.RunSQL.noop),
    ]
