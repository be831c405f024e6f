"""The pages on fees: what Medicare pays for codes, and NCCI's pairs and unit limits."""
