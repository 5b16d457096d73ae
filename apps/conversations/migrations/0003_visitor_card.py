import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0002_attachment"),
    ]

    operations = [
        migrations.AddField(
            model_name="visitor",
            name="attributes",
            field=models.JSONField(blank=True, default=dict, help_text="What agents wrote down.", verbose_name="attributes"),
        ),
        migrations.AddField(
            model_name="visitor",
            name="claims",
            field=models.JSONField(blank=True, default=dict, help_text="attributes set by the page; nobody vouches for them"),
        ),
        migrations.AddField(
            model_name="visitor",
            name="device",
            field=models.CharField(blank=True, max_length=60, verbose_name="device"),
        ),
        migrations.AddField(
            model_name="visitor",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="merged",
                to="conversations.visitor",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="visitor",
            name="notes",
            field=models.TextField(blank=True, max_length=2000, verbose_name="notes"),
        ),
        migrations.AddField(
            model_name="visitor",
            name="page",
            field=models.JSONField(blank=True, default=dict, help_text="where they were last: url, title, referrer"),
        ),
        migrations.AddIndex(
            model_name="visitor",
            index=models.Index(
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("email", ""), _negated=True),
                name="visitor_email",
            ),
        ),
    ]
