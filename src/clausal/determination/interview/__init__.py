"""A case asked for question by question: what was answered, what comes next, what a person's words mean."""
