"""Forms: what a page may send."""
