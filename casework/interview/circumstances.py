"""What was told beside the facts that letters rest on, written into the draft. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from casework.facts import Circumstance
from casework.interview.draft import Draft

HARMS = {"work": Circumstance.HARM_WORK, "home": Circumstance.HARM_HOME}
WHO = {"known": Circumstance.KNOWS_WHO, "unknown": Circumstance.NOT_WHO}


def _writer(values: Mapping[str, Circumstance], *, one_of: bool = False) -> Callable[[Draft, str], Draft]:
    """`one_of`: what was said before gives way to what is said later."""

    def write(draft: Draft, value: str) -> Draft:
        told = values.get(value)
        if told is None:
            return draft
        kept = draft.facts.circumstances - set(values.values() if one_of else ())
        return draft.with_facts(circumstances=kept | {told})

    return write


CIRCUMSTANCES = {"harm": _writer(HARMS), "perpetrator": _writer(WHO, one_of=True)}
