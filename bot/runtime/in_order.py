"""Rasa's graph, run node after node in an order that is worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from rasa.engine.runner.interface import GraphRunner


class InOrder(GraphRunner):  # type: ignore[misc]  # Rasa ships no types
    """
    Takes the place of the runner that a model was loaded with.

    That one builds and orders a graph of tasks for dask three times a turn. Nothing in ours can run
    side by side, so the order alone is left of it.
    """

    def __init__(self, loaded: Any) -> None:
        self._nodes = loaded._instantiated_nodes  # noqa: SLF001  # Rasa has no other way to them
        self._schema = loaded._graph_schema  # noqa: SLF001
        self._order = cache(self._ordered)

    @classmethod
    def create(cls, *args: Any, **kwargs: Any) -> InOrder:
        from rasa.engine.runner.dask import DaskGraphRunner

        return cls(DaskGraphRunner.create(*args, **kwargs))

    def run(self, inputs: Mapping[str, Any] | None = None, targets: Iterable[str] | None = None) -> dict[str, Any]:
        """The outputs of the targets, by name."""
        wanted = tuple(targets or self._schema.target_names)
        outputs = dict(inputs or {})
        for name, needs in self._order(wanted):
            outputs[name] = self._nodes[name](*((need, outputs[need]) for need in needs))[1]
        return {name: outputs[name] for name in wanted}

    def _ordered(self, targets: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        nodes = self._schema.minimal_graph_schema(list(targets)).nodes
        order = TopologicalSorter({name: set(node.needs.values()) for name, node in nodes.items()}).static_order()
        return [(name, tuple(nodes[name].needs.values())) for name in order if name in nodes]
