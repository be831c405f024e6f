"""Decision tables: read, check, compile, evaluate, explain."""
