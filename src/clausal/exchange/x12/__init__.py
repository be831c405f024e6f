"""X12: claims (837) read by column, acknowledged (999), and answered by a remittance (835)."""
