"""The errors of starting the product, each told in one sentence."""


class CannotStart(Exception):
    """The product cannot run here and now; the message says why and what to do."""
