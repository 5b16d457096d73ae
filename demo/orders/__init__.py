"""The demo shops' order system: a server of its own beside the product, which the flows' calls ask.

It knows nothing of the product but how calls are signed (docs/systems.md), and needs nothing but Python's own library.
"""
