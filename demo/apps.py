"""Two shops to try the product with; they hold no records of their own."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"
    label = "demo"
