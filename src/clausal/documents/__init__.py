"""Published documents: versions, clauses, fingerprints, and loading the packs into a library."""
