"""What is measured, and how: run `make bench`. Nothing here is part of the tests."""
