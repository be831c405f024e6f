"""What can be known of a case: vocabulary, value sets, and reading a case."""
