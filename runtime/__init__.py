"""How the product is run: embedded services, the supervisor, health, metrics and logs."""
