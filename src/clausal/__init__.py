"""Clausal: medical coverage policy you can run."""

__version__ = "0.1.0"
