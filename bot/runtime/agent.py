"""The assistant: a Rasa agent inside this process, with our store, our actions and no telemetry."""

from __future__ import annotations

import contextlib
import io
import os
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from actions import context
from actions.context import Services, Turn
from bot.runtime import placeholders, quiet
from bot.runtime.model import RECORD, TRAINING_FOLDERS, current_model, fingerprint, write_record
from casework.errors import RefuseToStart
from casework.reader.encoder import shared_encoder
from casework.reader.signals import FILE as SIGNALS


class Assistant:
    """One loaded model. `say` runs one message through Rasa within a prepared turn."""

    def __init__(self, agent: Any) -> None:
        self._agent = agent

    @property
    def rules(self) -> Any:
        return self._agent.domain

    async def say(self, conversation_id: str, text: str, state: dict[str, Any] | None, turn: Turn) -> tuple[Any, Any]:
        """
        Run one message; `text` is neutralised already.

        Returns
        -------
        The messages said and the new tracker state, both in memory only.
        """
        from rasa.core.channels.channel import UserMessage

        from bot.runtime import tracker
        from bot.runtime.output import TurnChannel

        channel = TurnChannel()
        lent, lent_mark = tracker.lend(state)
        mark = context.begin(turn)
        try:
            await self._agent.processor.handle_message(UserMessage(text, channel, conversation_id))
        finally:
            context.end(mark)
            tracker.take_back(lent_mark)
        return channel.said, lent.state


def load_assistant(root: Path, services: Services) -> Assistant:
    """
    Load the current model.

    Raises
    ------
    RefuseToStart
        Another Rasa, a model that does not match, or a store that is not ours.
    """
    placeholders.install()
    model = current_model(root)
    quiet.silence()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        agent = _agent(model, services)
    quiet.silence()
    return Assistant(agent)


def _agent(model: Path, services: Services) -> Any:
    # Imported once, before a model is loaded: it registers the components of the default recipe.
    import rasa.graph_components.validators.default_recipe_validator  # noqa: F401
    from rasa.core.agent import Agent

    from bot.runtime.domain import keep_as_json
    from bot.runtime.in_order import InOrder
    from bot.runtime.in_process import InProcessActions, check_results_ourselves
    from bot.runtime.rules import ask_once
    from bot.runtime.tracker import SealedTrackerStore
    from bot.runtime.wording import Wordings

    check_results_ourselves()
    keep_as_json()
    ask_once()
    store = SealedTrackerStore()
    mark = context.begin(_loading_turn(services))
    try:
        agent = Agent.load(str(model), tracker_store=store, action_endpoint=InProcessActions())
    finally:
        context.end(mark)
    # Rasa wraps the store into one that falls back to memory on any error: unwrap it again.
    agent.tracker_store = agent.processor.tracker_store = store
    store.domain = agent.domain
    agent.processor.graph_runner = InOrder(agent.processor.graph_runner)
    agent.nlg = agent.processor.nlg = Wordings(agent.domain.responses)
    _require_our_store(agent, SealedTrackerStore)
    return agent


def _require_our_store(agent: Any, ours: type) -> None:
    if type(agent.processor.tracker_store) is not ours or agent.tracker_store is not agent.processor.tracker_store:
        raise RefuseToStart("The assistant does not use the sealed tracker store.")


def _loading_turn(services: Services) -> Turn:
    """Components take the shared reader from the turn that they are loaded in."""
    import datetime as dt

    def no_hand_over(*_args: Any) -> None:
        raise RefuseToStart("No case can be sealed while the model is loading.")

    return Turn(services=services, now=dt.datetime.now(dt.UTC), hand_over=no_hand_over)


def train(root: Path, *, force: bool = False) -> Path:
    """Train when no current model is there (or `force`); returns the model file."""
    placeholders.install()
    if not force:
        try:
            return current_model(root)
        except RefuseToStart:
            pass
    quiet.silence()
    # Rasa prints bars and a line in colour; what a person should see is the caller's to say.
    os.environ["LOG_LEVEL"] = "ERROR"
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        return _train(root)


def _train(root: Path) -> Path:
    models = root / "models"
    models.mkdir(exist_ok=True)
    trained_from = fingerprint(root)
    (models / RECORD).unlink(missing_ok=True)
    # Side by side in threads, since encoding lets go of Python's lock; fits would not, and have their own processes.
    with ThreadPoolExecutor(1) as beside:
        signals = beside.submit(_learn_signals, root / "data", models / SIGNALS)
        model = _learn_intents(root, models)
        signals.result()
    if encoder := shared_encoder():
        encoder.forget()
    write_record(models, model, trained_from, placeholders.RASA_VERSION)
    return model


def _learn_intents(root: Path, models: Path) -> Path:
    import rasa.graph_components.validators.default_recipe_validator  # noqa: F401
    from rasa.model_training import train as rasa_train

    from bot.runtime.domain import keep_as_json

    keep_as_json()
    result = rasa_train(
        domain=str(root / "domain.yml"),
        config=str(root / "config.yml"),
        training_files=[str(root / folder) for folder in TRAINING_FOLDERS if (root / folder).is_dir()],
        output=str(models),
        fixed_model_name="recourse",
        force_training=True,
    )
    if not result.model:
        raise RefuseToStart("Training wrote no model.")
    return Path(result.model)


def _learn_signals(data: Path, file: Path) -> None:
    from casework.reader.training import Lessons

    with ProcessPoolExecutor(2, get_context("spawn")) as fits:
        for _ in range(2):  # both begin now: what they import takes them seconds
            fits.submit(import_module, "sklearn.neural_network")
        Lessons.read(shared_encoder(), data).learn(fits).save(file)
