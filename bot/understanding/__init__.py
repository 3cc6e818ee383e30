"""Rasa graph components: thin wrappers that turn a message into an intent and findings."""
