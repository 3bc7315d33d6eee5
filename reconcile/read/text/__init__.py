"""Plain text and delimited text as tables."""
