import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0001_initial"),
        ("conversations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Macro",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shortcut", models.SlugField(allow_unicode=True, max_length=40, verbose_name="shortcut")),
                ("title", models.CharField(max_length=100, verbose_name="title")),
                (
                    "reply",
                    models.TextField(
                        blank=True,
                        help_text="{name}, {email}, {agent} and {site} are filled in; {name|there} says “there” if the customer gave no name.",
                        max_length=5000,
                        verbose_name="reply to the customer",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True, help_text="Only the team sees it.", max_length=5000, verbose_name="leave a note"
                    ),
                ),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="add tags",
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[(0, "normal"), (1, "raised"), (2, "high"), (3, "urgent")],
                        null=True,
                        verbose_name="set the priority",
                    ),
                ),
                (
                    "pass_to",
                    models.CharField(
                        blank=True, choices=[("team", "a team"), ("bot", "the bot")], max_length=4, verbose_name="pass on to"
                    ),
                ),
                (
                    "snooze_hours",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(2160)],
                        verbose_name="snooze for hours",
                    ),
                ),
                ("resolve", models.BooleanField(default=False, verbose_name="resolve the conversation")),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="macros",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="only for this member",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="macros",
                        to="agents.team",
                        verbose_name="only for this team",
                    ),
                ),
                (
                    "to_team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="agents.team",
                        verbose_name="to which team",
                    ),
                ),
            ],
            options={
                "verbose_name": "macro",
                "verbose_name_plural": "macros",
                "ordering": ["title"],
            },
        ),
        migrations.CreateModel(
            name="MacroRun",
            fields=[
                ("client_id", models.UUIDField(primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=100)),
                ("did", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), size=None)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="macro_runs", to="conversations.conversation"
                    ),
                ),
                (
                    "macro",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="runs", to="agents.macro"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="macro",
            constraint=models.CheckConstraint(
                condition=models.Q(("member", None), ("team", None), _connector="OR"), name="macro_of_a_member_or_a_team"
            ),
        ),
        migrations.AddConstraint(
            model_name="macro",
            constraint=models.UniqueConstraint(
                fields=("shortcut", "member", "team"), name="one_macro_a_shortcut", nulls_distinct=False
            ),
        ),
    ]
