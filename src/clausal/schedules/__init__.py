"""Medicare's published tables: reading the files, keeping them, and having them by column."""
