"""One answer for one case: what coverage and coding say, put together, with what is missing and what conflicts."""
