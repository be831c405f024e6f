"""Tables in files: Parquet, delimited text and JSON lines as Arrow batches, and values read as what they should be."""
