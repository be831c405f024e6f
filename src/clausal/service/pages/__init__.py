"""Pages in the browser: each a view of data, one module a page."""
