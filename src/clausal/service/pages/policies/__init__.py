"""Pages of policies: the list, a document on a day, a clause, a text beside it, a newer text, its evidence."""
