"""Pages of claim files: runs, a file whose columns are confirmed, a run with its results, a line as a case."""
