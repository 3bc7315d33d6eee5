"""Corrections carried out: the loop, the edits of each format, the diff."""
