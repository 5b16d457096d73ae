from django.db import migrations, models

# Every tenant is looked at once when this version starts: what its rows are waiting for stands nowhere else yet.
FIRST_ROUND = """
INSERT INTO public.tenants_due (schema, kind, at) SELECT schema_name, 'tenants.round', now() FROM public.tenants_tenant
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Due",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("schema", models.CharField(max_length=63)),
                ("kind", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["at"], name="due_at"),
                    models.Index(fields=["schema", "kind", "at"], name="due_of"),
                ],
            },
        ),
        migrations.RunSQL(FIRST_ROUND, migrations.RunSQL.noop),
    ]
