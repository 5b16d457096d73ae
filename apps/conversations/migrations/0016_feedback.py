import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0015_patience_and_sorry"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("of", models.PositiveIntegerField(default=0)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("up", "helped"),
                            ("down", "did not help"),
                            ("csat", "rating of a conversation"),
                            ("wrong", "marked wrong by an agent"),
                        ],
                        max_length=5,
                        verbose_name="kind",
                    ),
                ),
                (
                    "score",
                    models.SmallIntegerField(
                        blank=True, help_text="1 to 5, of a conversation", null=True, verbose_name="stars"
                    ),
                ),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                ("at", models.DateTimeField(verbose_name="given")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done at")),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feedback",
                        to="conversations.conversation",
                        verbose_name="conversation",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        help_text="the agent who marked it",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="agent",
                    ),
                ),
            ],
            options={
                "verbose_name": "piece of feedback",
                "verbose_name_plural": "feedback",
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(fields=["-at"], name="feedback_latest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "wrong"), _negated=True),
                        fields=("conversation", "of"),
                        name="one_word_a_customer_and_answer",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "wrong")), fields=("conversation", "of"), name="one_mark_an_answer"
                    ),
                ],
            },
        ),
    ]
