"""`recourse rasa …`: Rasa's own command line with our placeholders in place and telemetry off."""

from __future__ import annotations

import runpy
import sys

from bot.runtime import placeholders

REFUSED = frozenset({"run", "shell", "interactive", "x", "export", "telemetry"})


def run(arguments: list[str]) -> int:
    """Hand over to Rasa; commands that serve or write transcripts are refused with what to use instead."""
    if arguments and arguments[0] in REFUSED:
        print(
            "recourse: this Rasa command serves or writes conversations in clear; use `recourse chat` or `recourse up`",
            file=sys.stderr,
        )
        return 64
    placeholders.install()
    import rasa.graph_components.validators.default_recipe_validator  # noqa: F401

    from bot.runtime.domain import keep_as_json

    keep_as_json()
    sys.argv = ["rasa", *arguments]
    try:
        runpy.run_module("rasa", run_name="__main__")
    except SystemExit as end:
        return int(end.code or 0)
    return 0
