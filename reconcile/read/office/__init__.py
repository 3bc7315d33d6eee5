"""Spreadsheets and word processing: Excel, OpenDocument, Word."""
