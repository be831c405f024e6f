"""The pages that compare a document on two days: regions, reviews, the memo, and what it does to a claim file."""
