import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0002_decision"),
    ]

    operations = [
        migrations.AlterField(
            model_name="evaluationset",
            name="bar",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text=(
                    "Percent of the questions that the knowledge can answer: of so many the answer must be right, or shown with"
                    " “Was it this?”. Empty: no bar."
                ),
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(100),
                ],
                verbose_name="bar",
            ),
        ),
        migrations.AddField(
            model_name="evaluationset",
            name="below",
            field=models.CharField(
                choices=[
                    ("warn", "It goes live, and is marked"),
                    ("refuse", "It waits for its run, and does not go live"),
                ],
                default="warn",
                help_text=(
                    "Marked on the overview and in the list of releases; or every release waits a few minutes for its run, and"
                    " one below the bar stays back until somebody makes it live all the same."
                ),
                max_length=6,
                verbose_name="a release below the bar",
            ),
        ),
    ]
