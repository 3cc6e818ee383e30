"""
Stand-ins for the Rasa modules that import TensorFlow or a vendor's channel SDK.

Rasa imports all of its components when it builds its default recipe, also those that no
configuration names. Eleven of them need TensorFlow (1.9 GB) and ten stock channels need SDKs;
the stock channels also verify no signatures (docs/threat-model.md). None is used here, so each
is replaced in `sys.modules` before Rasa is imported. Naming one of them in config.yml fails
in training with "placeholder", not silently.

What is replaced depends on Rasa's own file layout, so any other version is refused.
"""

from __future__ import annotations

import importlib.metadata
import os
import sys
import types
from typing import Any, NoReturn

from casework.errors import RefuseToStart

RASA_VERSION = "3.6.21"

TENSORFLOW_COMPONENTS: dict[str, tuple[str, ...]] = {
    "rasa.nlu.classifiers.diet_classifier": ("DIETClassifier",),
    "rasa.nlu.featurizers.dense_featurizer.convert_featurizer": ("ConveRTFeaturizer",),
    "rasa.nlu.featurizers.dense_featurizer.lm_featurizer": ("LanguageModelFeaturizer",),
    "rasa.nlu.selectors.response_selector": ("ResponseSelector",),
    "rasa.core.policies.ted_policy": ("TEDPolicy",),
    "rasa.core.policies.unexpected_intent_policy": ("UnexpecTEDIntentPolicy",),
    "rasa.utils.train_utils": (),
    "rasa.utils.tensorflow.models": ("RasaModel",),
    "rasa.utils.tensorflow.environment": (),
    "rasa.utils.tensorflow.model_data": ("RasaModelData", "FeatureArray"),
    "rasa.utils.tensorflow.model_data_utils": (),
    # Draws with matplotlib (85 MB with what it needs); only `rasa test` reports use it.
    "rasa.utils.plotting": (),
}

# Store clients that rasa.core.tracker_store imports at the top for stores that nobody may configure here.
STORE_CLIENTS: dict[str, tuple[str, ...]] = {
    "boto3": (),
    "boto3.dynamodb": (),
    "boto3.dynamodb.conditions": ("Key",),
    "pymongo": ("MongoClient", "ReturnDocument"),
    "pymongo.collection": ("Collection",),
}

VENDOR_CHANNELS: dict[str, str] = {
    "rasa.core.channels.socketio": "SocketIOInput",
    "rasa.core.channels.facebook": "FacebookInput",
    "rasa.core.channels.mattermost": "MattermostInput",
    "rasa.core.channels.rocketchat": "RocketChatInput",
    "rasa.core.channels.slack": "SlackInput",
    "rasa.core.channels.telegram": "TelegramInput",
    "rasa.core.channels.twilio": "TwilioInput",
    "rasa.core.channels.twilio_voice": "TwilioVoiceInput",
    "rasa.core.channels.webexteams": "WebexTeamsInput",
    "rasa.core.channels.hangouts": "HangoutsInput",
    "rasa.core.channels.console": "CmdlineInput",  # `recourse chat` stands in its place
}


class _Placeholder:
    """Stands where a component that we do not install would be."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise RefuseToStart(f"{type(self).__name__} is a placeholder: this installation has no TensorFlow.")

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {}


class _ChannelPlaceholder:
    """Stands where a stock channel would be; ours is bot/web."""

    @classmethod
    def name(cls) -> str:
        return cls.__name__


def install() -> None:
    """
    Replace the modules named above. Call before anything imports Rasa; repeating it is harmless.

    Raises
    ------
    RefuseToStart
        Another Rasa than the pinned one is installed, or Rasa was imported too early.
    """
    # Telemetry is on by default in Rasa and initialises an error reporter that ships messages out.
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    if "rasa.core.policies.ted_policy" in sys.modules:
        _require_our_placeholder()
        return
    found = importlib.metadata.version("rasa")
    if found != RASA_VERSION:
        raise RefuseToStart(f"Rasa {found} is installed; this runtime is written for {RASA_VERSION} only.")
    for module, classes in TENSORFLOW_COMPONENTS.items():
        _stand_in(module, classes, _Placeholder)
    for module, classes in STORE_CLIENTS.items():
        _stand_in(module, classes, _Placeholder)
    for module, name in VENDOR_CHANNELS.items():
        _stand_in(module, (name,), _ChannelPlaceholder)
    _fill_functions()


def _require_our_placeholder() -> None:
    ted = sys.modules["rasa.core.policies.ted_policy"].TEDPolicy
    if not issubclass(ted, _Placeholder):
        raise RefuseToStart("Rasa was imported before its placeholders were in place.")


def _stand_in(module: str, classes: tuple[str, ...], base: type) -> None:
    stub = types.ModuleType(module, doc="Placeholder, see bot/runtime/placeholders.py")
    for name in classes:
        setattr(stub, name, type(name, (base,), {"__module__": module}))
    sys.modules[module] = stub


def _fill_functions() -> None:
    """Six functions are imported by name from the replaced modules."""
    plotting = sys.modules["rasa.utils.plotting"]
    for name in ("plot_confusion_matrix", "plot_paired_histogram", "plot_curve"):
        plotting.__dict__[name] = lambda *_args, **_kwargs: None
    environment = sys.modules["rasa.utils.tensorflow.environment"]
    environment.__dict__["check_deterministic_ops"] = lambda *_args, **_kwargs: None
    environment.__dict__["setup_tf_environment"] = lambda *_args, **_kwargs: None
    model_data = sys.modules["rasa.utils.tensorflow.model_data"]
    model_data.__dict__["ragged_array_to_ndarray"] = lambda array: array
