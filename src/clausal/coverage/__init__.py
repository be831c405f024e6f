"""Is it covered: authorities in order, findings, benefits, administrative conditions."""
