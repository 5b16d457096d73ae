from django.db import migrations, models


class Migration(migrations.Migration):
    """What a customer was told that a ticket of the bot is called."""

    dependencies = [("agents", "0007_spell_anew")]
    operations = [
        migrations.AddField(
            model_name="ticket",
            name="reference",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                help_text="The name by which the customer was told of it.",
                max_length=20,
                verbose_name="reference",
            ),
        ),
    ]
