"""The straight line from documents to a report, for one document or many."""
