"""Pages in the browser, rendered here: no script within them, nothing from elsewhere."""
