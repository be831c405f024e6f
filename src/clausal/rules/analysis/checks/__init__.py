"""Checks of decision tables, exact, one module each; every check has a page in `docs/checks/`."""
