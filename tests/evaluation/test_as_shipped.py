"""What is measured is what answers people: the evaluation decides as Rasa's graph does with the same model."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.runtime.agent import load_assistant
from bot.understanding.deciding import FALLBACK
from recourse import compose
from recourse.evaluation.own import read_sets
from recourse.evaluation.shipped import SAME_ANSWER, load_shipped
from recourse.settings import ROOT, read_settings

STEP = 9  # every ninth message


@pytest.mark.timeout(300)
def test_an_evaluated_message_gets_the_intent_that_the_graph_gives_it():
    settings, sets = read_settings({}), read_sets(ROOT)
    shipped, assistant = load_shipped(settings), load_assistant(ROOT, compose.services(settings))
    numbers, gate = shipped.numbers, shipped.numbers.gate()
    texts = [line.text for line in (*sets.intents, *sets.safety)][::STEP]

    ours = [shipped.judge(text, "", sets.today).intent(numbers, gate) for text in texts]

    assert len(texts) > 150
    assert ours == [_kept_out(asyncio.run(_parsed(assistant, text)), gate.foreign) for text in texts]


async def _parsed(assistant: Any, text: str) -> str:
    from rasa.core.channels.channel import UserMessage

    return (await assistant._agent.processor.parse_message(UserMessage(text)))["intent"]["name"]


def _kept_out(intent: str, foreign: str) -> str:
    return foreign if intent == FALLBACK else SAME_ANSWER.get(intent, intent)
