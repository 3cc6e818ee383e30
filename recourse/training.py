"""`recourse train`: trains the assistant, unless the model is current."""

from __future__ import annotations

from rich.console import Console

from bot.runtime import agent
from bot.runtime.model import current_model
from casework.errors import RefuseToStart
from casework.reader.encoder import shared_encoder
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
    if shared_encoder() is None:
        console.print("The sentence encoder is not installed: people will be understood by letters alone, and less.")
    with console.status("Training (about a minute and a half)…"):
        model = agent.train(settings.root, force=True)
    console.print(f"Trained models/{model.name}")
