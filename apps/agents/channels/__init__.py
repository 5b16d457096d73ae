"""The channels beside the widget by which customers and the desk reach each other: a folder each (docs/channels.md)."""
