import django.core.validators
from django.db import migrations, models

import apps.tenants.vault.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0009_presence_flickers"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sender",
                    models.EmailField(
                        help_text="Customers see it as the sender and answer to it.", max_length=254, verbose_name="address"
                    ),
                ),
                (
                    "sender_name",
                    models.CharField(blank=True, help_text="Empty means the site's name.", max_length=100, verbose_name="name"),
                ),
                (
                    "host",
                    models.CharField(help_text="Such as smtp.example.com.", max_length=253, verbose_name="outgoing server"),
                ),
                (
                    "port",
                    models.PositiveIntegerField(
                        default=465,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(65535),
                        ],
                        verbose_name="port",
                    ),
                ),
                (
                    "security",
                    models.CharField(
                        choices=[("tls", "TLS from the start"), ("starttls", "STARTTLS"), ("plain", "no encryption")],
                        default="tls",
                        max_length=8,
                        verbose_name="encryption",
                    ),
                ),
                ("user", models.CharField(blank=True, max_length=254, verbose_name="user name")),
                ("password", apps.tenants.vault.encryption.EncryptedTextField(blank=True, verbose_name="password")),
                (
                    "wait_minutes",
                    models.PositiveIntegerField(
                        default=2,
                        help_text="To a customer who has left. What is replied meanwhile goes in the same mail.",
                        validators=[django.core.validators.MaxValueValidator(1440)],
                        verbose_name="minutes until a reply is mailed",
                    ),
                ),
                ("origin", models.URLField(editable=False, max_length=300, verbose_name="address of the links in mails")),
            ],
            options={
                "verbose_name": "mail",
                "verbose_name_plural": "mail",
            },
        ),
        migrations.AddField(
            model_name="desksettings",
            name="leave",
            field=models.CharField(
                choices=[
                    ("email", "their e-mail address"),
                    ("phone", "their phone number"),
                    ("nothing", "nothing: they hear when to come again"),
                ],
                default="email",
                help_text="An e-mail address is asked for only where mail is set up: without it nobody could write.",
                max_length=7,
                verbose_name="customers to whom nobody is there leave",
            ),
        ),
        migrations.AlterField(
            model_name="desksettings",
            name="patience_minutes",
            field=models.PositiveIntegerField(
                default=10,
                help_text="If nobody has taken the customer by then, the chat asks for an address instead.",
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="minutes until the message form",
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="contact",
            field=apps.tenants.vault.encryption.EncryptedTextField(
                blank=True, default="", verbose_name="address to answer to", was_plain=True
            ),
        ),
    ]
