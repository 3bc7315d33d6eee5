"""PDF: glyphs to lines to tables."""
