"""The desk's web application."""
