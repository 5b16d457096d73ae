"""Releases decide what is live. `parts.register` a part of a release; `publishing.publish`, `.active`, `.activate`."""
