"""Load from outside on a whole product: what `make bench` and `make chaos` share. Loopback only; every run ends by itself."""
