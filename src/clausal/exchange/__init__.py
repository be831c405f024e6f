"""Formats, and nothing of policy: bytes to records and back, with positions for messages."""
