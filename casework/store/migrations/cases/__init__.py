"""The schema history of the cases database."""
