"""Marks the endpoints that answer customers. The platform's own small model no longer does, unless somebody ticks it again."""

from typing import Any

from django.db import migrations, models


def spare_customers(apps: Any, _editor: Any) -> None:
    apps.get_model("llm", "ModelEndpoint").objects.filter(base_url="").update(answers=False)


class Migration(migrations.Migration):
    dependencies = [("llm", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="modelendpoint",
            name="answers",
            field=models.BooleanField(
                default=True,
                help_text="Off: it only helps colleagues with their words. The platform's own model is too small to answer.",
                verbose_name="answers customers",
            ),
        ),
        migrations.RunPython(spare_customers, migrations.RunPython.noop),
    ]
