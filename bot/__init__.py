"""INTAKE: what stands between a person and the assistant."""
