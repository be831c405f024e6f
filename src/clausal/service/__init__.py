"""Clausal over HTTP: an interface, a start page, people with roles, jobs."""
