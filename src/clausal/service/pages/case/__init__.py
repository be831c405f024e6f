"""The case page: a form whose answer is always that of what stands in it."""
