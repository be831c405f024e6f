"""Readers of the files as CMS publishes them, one module per kind; which reader fits is told by the header."""
