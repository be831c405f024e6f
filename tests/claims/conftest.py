"""What the tests of claim files share: `go` runs one."""

from tests.claims.test_run import go

__all__ = ["go"]
