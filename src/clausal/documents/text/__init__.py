"""Reading a held document, by what it is and not by its name: plain text, PDF, Word."""
