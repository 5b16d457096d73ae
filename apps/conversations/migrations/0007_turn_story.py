from django.db import migrations, models


class Migration(migrations.Migration):
    """The story that a turn answered."""

    dependencies = [("conversations", "0006_turn_cause")]

    operations = [
        migrations.AddField(
            model_name="turn",
            name="story",
            field=models.JSONField(blank=True, help_text="what it answered, so that it can be told again", null=True),
        ),
    ]
