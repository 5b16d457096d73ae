from django.db import migrations, models

import apps.tenants.vault.encryption


class Migration(migrations.Migration):
    """Addresses and claims into encrypted columns, with blind indexes. `rotate_keys --data` encrypts the rows, in batches."""

    dependencies = [
        ("conversations", "0003_visitor_card"),
        ("workspace", "0002_data_keys"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="visitor", name="visitor_email"),
        migrations.AlterField(
            model_name="visitor",
            name="email",
            field=apps.tenants.vault.encryption.EncryptedTextField(
                blank=True, default="", verbose_name="e-mail", was_plain=True
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="visitor",
                    name="claims",
                    field=apps.tenants.vault.encryption.EncryptedJSONField(
                        blank=True,
                        default=dict,
                        help_text="attributes set by the page; nobody vouches for them",
                        was_plain=True,
                    ),
                ),
            ],
            # The table is written anew for the new type in any case: the many empty ones are made empty texts on the way.
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE conversations_visitor ALTER COLUMN claims TYPE text"
                    " USING CASE WHEN claims = '{}'::jsonb THEN '' ELSE claims::text END",
                    "ALTER TABLE conversations_visitor ALTER COLUMN claims TYPE jsonb"
                    " USING CASE WHEN claims = '' THEN '{}'::jsonb ELSE claims::jsonb END",
                ),
            ],
        ),
        migrations.AlterField(
            model_name="handover",
            name="contact",
            field=apps.tenants.vault.encryption.EncryptedTextField(
                blank=True, default="", verbose_name="e-mail to answer to", was_plain=True
            ),
        ),
        migrations.AddField(
            model_name="visitor",
            name="phone",
            field=apps.tenants.vault.encryption.EncryptedTextField(blank=True, default="", verbose_name="phone"),
        ),
        migrations.AddField(
            model_name="visitor",
            name="email_index",
            field=apps.tenants.vault.encryption.BlindIndexField(
                blank=True, default="", editable=False, kind="email", max_length=64, of="email"
            ),
        ),
        migrations.AddField(
            model_name="visitor",
            name="domain_index",
            field=apps.tenants.vault.encryption.BlindIndexField(
                blank=True, default="", editable=False, kind="domain", max_length=64, of="email"
            ),
        ),
        migrations.AddField(
            model_name="visitor",
            name="phone_index",
            field=apps.tenants.vault.encryption.BlindIndexField(
                blank=True, default="", editable=False, kind="phone", max_length=64, of="phone"
            ),
        ),
        *[
            migrations.AddIndex(
                model_name="visitor",
                index=models.Index(
                    condition=models.Q((f"{kind}_index", ""), _negated=True),
                    fields=[f"{kind}_index"],
                    name=f"visitor_{kind}_index",
                ),
            )
            for kind in ("email", "domain", "phone")
        ],
    ]
