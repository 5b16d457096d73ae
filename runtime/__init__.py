"""Runs the product: embedded services, the supervisor, health, metrics and logs."""
