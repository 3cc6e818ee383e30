"""The domain inside a trained model, kept as JSON."""

from __future__ import annotations

import json
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain

FILE = "domain.json"


def keep_as_json() -> None:
    """
    Replace how Rasa writes the domain into a model and reads it back.

    Stock Rasa checks and parses YAML three times in Python, for what training has checked already and
    nobody edits: 3.9 s of each start (docs/decisions/0014).
    """
    DomainProvider._persist = _persist  # noqa: SLF001  # the seam that Rasa has
    DomainProvider.load = classmethod(_load)


def _persist(provider: Any, domain: Any) -> None:
    with provider._model_storage.write_to(provider._resource) as folder:  # noqa: SLF001  # as Rasa's own does
        (folder / FILE).write_text(json.dumps(domain.as_dict()), encoding="utf-8")


# Names and types as Rasa has them: before training it holds each component's signature against the graph.
def _load(
    cls: type[DomainProvider],
    /,
    config: dict[str, Any],
    model_storage: ModelStorage,
    resource: Resource,
    execution_context: ExecutionContext,
    **kwargs: Any,
) -> DomainProvider:
    with model_storage.read_from(resource) as folder:
        written = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return cls(model_storage, resource, Domain.from_dict(written))
