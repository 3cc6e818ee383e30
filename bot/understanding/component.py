"""What the three components have in common as parts of Rasa's graph."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import GraphComponent


class Component(GraphComponent):  # type: ignore[misc]  # Rasa ships no types
    """No numbers of its own in config.yml, and no packages beyond those that are locked."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {}

    @staticmethod
    def required_packages() -> list[str]:
        return []
