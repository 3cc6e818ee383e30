"""What we put in place of Rasa's own parts gives what those parts give."""

import asyncio
import json

import pytest
from structlog.testing import capture_logs

from bot.runtime import placeholders

placeholders.install()

from rasa.core.policies.rule_policy import RulePolicy  # noqa: E402
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode  # noqa: E402
from rasa.engine.runner.dask import DaskGraphRunner  # noqa: E402
from rasa.engine.storage.local_model_storage import LocalModelStorage  # noqa: E402
from rasa.engine.storage.resource import Resource  # noqa: E402
from rasa.graph_components.providers.domain_provider import DomainProvider  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402

from bot.runtime.domain import keep_as_json  # noqa: E402
from bot.runtime.in_order import InOrder  # noqa: E402
from bot.runtime.in_process import InProcessActions  # noqa: E402
from bot.runtime.rules import ALL_THAT_MATCH, that_match  # noqa: E402

DOMAIN = """
version: "3.1"
intents: ["no", "yes", "on", "off", "null", "2026-11-22", "1:30"]
entities: [company]
slots:
  draft:
    type: any
    influence_conversation: false
    initial_value: null
    mappings: [{type: custom}]
  asked:
    type: bool
    initial_value: true
    mappings: [{type: custom}]
responses:
  utter_hello:
    - text: "You said: “no”.\\nThat is heard. é 🙂"
      metadata: {minutes: 48, share: 0.5, on: "yes", off: no}
session_config:
  session_expiration_time: 0
  carry_over_slots_to_new_session: false
"""


@pytest.fixture
def storage(tmp_path):
    return LocalModelStorage.create(tmp_path)


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")  # of Rasa's own check of its YAML
def test_the_domain_is_read_back_as_rasa_reads_it(storage, monkeypatch):
    stock = _read_back(storage, Resource("stock"))
    for method in ("load", "_persist"):  # to be put back afterwards
        monkeypatch.setattr(DomainProvider, method, getattr(DomainProvider, method))

    keep_as_json()
    ours = _read_back(storage, Resource("ours"))

    assert ours.as_dict() == stock.as_dict()
    assert ours.fingerprint() == stock.fingerprint()


def _read_back(storage, resource):
    DomainProvider(storage, resource)._persist(Domain.from_yaml(DOMAIN))
    return DomainProvider.load(
        config={}, model_storage=storage, resource=resource, execution_context=ExecutionContext(GraphSchema({}))
    ).provide_inference()


class Words(GraphComponent):
    @classmethod
    def create(cls, config, model_storage, resource, execution_context):
        return cls()

    def split(self, text):
        return text.split()

    def count(self, words):
        return len(words)

    def tell(self, words, number):
        return f"{words[0]} of {number}"


def _node(needs, fn, *, target=False):
    return SchemaNode(
        needs=needs, uses=Words, constructor_name="create", fn=fn, config={}, eager=True, is_target=target
    )


SCHEMA = GraphSchema(
    {
        "told": _node({"words": "split", "number": "count"}, "tell", target=True),
        "count": _node({"words": "split"}, "count"),
        "split": _node({"text": "__text__"}, "split"),
    }
)


@pytest.mark.parametrize("targets", [None, ["told"], ["count"], ["count", "split"]])
def test_the_graph_gives_what_dask_gives(storage, targets):
    stock = DaskGraphRunner.create(SCHEMA, storage, ExecutionContext(SCHEMA))

    run = InOrder(stock).run(inputs={"__text__": "three plain words"}, targets=targets)

    assert run == stock.run(inputs={"__text__": "three plain words"}, targets=targets)


def test_an_error_in_a_component_is_not_swallowed(storage):
    runner = InOrder.create(SCHEMA, storage, ExecutionContext(SCHEMA))

    with pytest.raises(Exception, match="split"):
        runner.run(inputs={"__text__": None})


LISTENS, SAYS = {"prev_action": {"action_name": "action_listen"}}, {"prev_action": {"action_name": "utter_hello"}}
HEARD = LISTENS | {"user": {"intent": "yes"}}
IN_FORM = HEARD | {"active_loop": {"name": "form"}, "slots": {"asked": [1.0]}}
STATES = [
    [], [{}], [{"user": {"intent": "yes"}}], [LISTENS], [SAYS], [HEARD], [IN_FORM], [{}, HEARD], [HEARD, SAYS],
    [LISTENS | {"user": {"intent": "no"}}], [IN_FORM, SAYS], [{}, IN_FORM, SAYS], [LISTENS | {"user": {"text": "hi"}}],
    [HEARD | {"active_loop": {"name": "should_not_be_set"}}], [{"user": {"intent": "should_not_be_set"}} | LISTENS],
]  # fmt: skip


@pytest.mark.parametrize("talk", [states for states in STATES if states])
def test_the_rules_that_match_are_those_that_rasa_finds(talk):
    policy = RulePolicy.__new__(RulePolicy)
    lookup = {json.dumps(states): "utter_hello" for states in STATES if states}
    as_tuples = json.loads(json.dumps(talk), object_hook=_tuples)

    found = that_match(policy, lookup, as_tuples)

    assert found == ALL_THAT_MATCH(policy, lookup, as_tuples)
    assert json.dumps(talk) in found or "should_not_be_set" in json.dumps(talk)


def _tuples(state):
    return {key: tuple(value) if isinstance(value, list) else value for key, value in state.items()}


@pytest.mark.parametrize("mistake", ["words where a mapping belongs", KeyError("words")])
def test_a_broken_action_is_an_answer_and_never_silence(mistake):
    def action(dispatcher, tracker, domain):
        if isinstance(mistake, Exception):
            raise mistake
        dispatcher.messages.append(mistake)
        return []

    actions = InProcessActions()
    actions._executor.actions["action_broken"] = action
    call = {
        "next_action": "action_broken",
        "tracker": {"sender_id": "c", "slots": {"draft": {"kept": 1}}},
        "domain": {},
    }

    with capture_logs() as logs:
        result = asyncio.run(actions.request(json=call))

    assert result["responses"] == [{"response": "utter_busy"}]
    assert {"event": "slot", "name": "draft", "value": {"kept": 1}} in result["events"]
    assert [line["event"] for line in logs] == ["action_failed"]
    assert "words" not in str(logs)
