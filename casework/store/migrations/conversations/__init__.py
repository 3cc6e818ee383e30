"""The schema history of the conversations database."""
