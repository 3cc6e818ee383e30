"""The schema history of the keys database."""
