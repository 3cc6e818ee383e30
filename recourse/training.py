"""`recourse train`: trains the assistant, unless the model is current."""

from __future__ import annotations

from rich.console import Console

from bot.runtime import agent
from bot.runtime.model import current_model
from casework.errors import RefuseToStart
from recourse.settings import Settings


def run(settings: Settings, *, force: bool) -> None:
    """
    Train and say so; nothing is printed where nothing is to be done.

    Raises
    ------
    RefuseToStart
        Training wrote no model.
    """
    console = Console()
    if not force:
        try:
            current_model(settings.root)
        except RefuseToStart:
            console.print("No current model: training it once.")
        else:
            return
    with console.status("Training (under a minute)…"):
        model = agent.train(settings.root, force=True)
    console.print(f"Trained models/{model.name}")
