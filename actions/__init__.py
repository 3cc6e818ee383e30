"""Rasa custom actions. Thin: tracker in, casework decides, events out."""
