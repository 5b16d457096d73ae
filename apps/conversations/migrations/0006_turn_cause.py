from typing import Any

from django.db import migrations, models


def name_corrections(apps: Any, _editor: Any) -> None:
    apps.get_model("conversations", "Turn").objects.filter(cause="marked_wrong").update(cause="agent_correction")


class Migration(migrations.Migration):
    """Causes are named in one place, and what an agent marked wrong is one of them."""

    dependencies = [("conversations", "0005_visitor_vouched")]

    operations = [
        migrations.AlterField(
            model_name="handover",
            name="reason",
            field=models.CharField(
                choices=[
                    ("asked_for_person", "asked for a person"),
                    ("no_passage", "nothing known"),
                    ("low_confidence", "not sure enough"),
                    ("model_down", "no model"),
                    ("high_risk", "too risky for the bot"),
                    ("filtered", "stopped by a filter"),
                    ("flow_dead_end", "stuck in a flow"),
                    ("failed", "the turn failed"),
                    ("transferred", "passed on by an agent"),
                    ("lost", "the agent went away"),
                ],
                max_length=20,
                verbose_name="reason",
            ),
        ),
        migrations.AlterField(
            model_name="turn",
            name="cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("asked_for_person", "asked for a person"),
                    ("no_passage", "nothing known"),
                    ("low_confidence", "not sure enough"),
                    ("model_down", "no model"),
                    ("high_risk", "too risky for the bot"),
                    ("filtered", "stopped by a filter"),
                    ("flow_dead_end", "stuck in a flow"),
                    ("failed", "the turn failed"),
                    ("thumbs_down", "no help to the customer"),
                    ("agent_correction", "marked wrong by an agent"),
                ],
                help_text="Why the bot could not do it.",
                max_length=20,
                verbose_name="cause",
            ),
        ),
        migrations.RunPython(name_corrections, migrations.RunPython.noop),
    ]
