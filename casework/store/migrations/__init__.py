"""Three histories of schema changes, one folder a database; `env.py` serves them all."""
