"""What is kept of answers and of what people did: events, saved answers, determinations; on SQLite or Postgres."""
